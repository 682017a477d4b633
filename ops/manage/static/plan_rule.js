/* The numbers of the calling rule, in the units in which people quote them. */

import { whole } from "./plan_rows.js";
import { say } from "./say.js";

const SECOND = 1_000;
const MINUTE = 60_000;

/** The fields of the rule. */
export function rule(plan) {
  const number = (words, name, scale, hint = "") => whole(words, plan.rule, name, "rule", hint, scale);
  return [
    number(say("Reserve (minutes)"), "reserve", MINUTE, say("A lane with a window of its own counts so much younger at windows for several lanes.")),
    number(say("Ceiling (minutes)"), "ceiling", MINUTE, say("Whoever waits longer goes first.")),
    number(say("Promise of the green channel (minutes)"), "green_promise", MINUTE),
    number(say("Passed at most (times)"), "max_overtaken", 1),
    number(say("Before a miss (seconds)"), "grace", SECOND, say("So long after the last call.")),
    number(say("Before a miss (calls)"), "min_calls", 1),
    number(say("Back in line behind the next"), "back_behind", 1),
    number(say("Misses allowed"), "misses_allowed", 1),
    number(say("Undo within (seconds)"), "undo_within", SECOND),
  ];
}
