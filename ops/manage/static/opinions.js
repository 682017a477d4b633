/* What visitors can say, in words: the levels and reasons of the rating tablet (display/levels.js). */

import { say } from "./say.js";

/** The five levels, the best first. */
export const LEVELS = [
  [5, say("Very satisfied")],
  [4, say("Satisfied")],
  [3, say("Fairly satisfied")],
  [2, say("Dissatisfied")],
  [1, say("Very dissatisfied")],
];

const REASONS = {
  manner: say("Unfriendly manner"),
  long_wait: say("Waited too long"),
  slow: say("Slow at the window"),
  not_told_at_once: say("Not told everything at once"),
  unskilled: say("Did not know the matter well"),
  sent_around: say("Sent from one place to another"),
  extra_papers: say("Asked for papers that are not needed"),
  extra_fee: say("Asked for money that is not due"),
  facilities: say("Room or devices in a bad state"),
};

export const level = (score) => new Map(LEVELS).get(score) || "";
export const reason = (id) => REASONS[id] || id;
