/* The five levels of 好差评 and the fixed reasons for the two bad ones: data, in the order shown.

   A reason's id is what the hall's log says; it is never re-meant. */

/** From this score down a rating is bad (差评), and reasons are asked for. */
export const BAD = 2;

export const LEVELS = [
  { score: 5, mood: "good", words: (say) => say("Very satisfied") },
  { score: 4, mood: "good", words: (say) => say("Satisfied") },
  { score: 3, mood: "middle", words: (say) => say("Fairly satisfied") },
  { score: 2, mood: "bad", words: (say) => say("Dissatisfied") },
  { score: 1, mood: "bad", words: (say) => say("Very dissatisfied") },
];

export const REASONS = [
  { id: "manner", words: (say) => say("Unfriendly manner") },
  { id: "long_wait", words: (say) => say("Waited too long") },
  { id: "slow", words: (say) => say("Slow at the window") },
  { id: "not_told_at_once", words: (say) => say("Not told everything at once") },
  { id: "unskilled", words: (say) => say("Did not know the matter well") },
  { id: "sent_around", words: (say) => say("Sent from one place to another") },
  { id: "extra_papers", words: (say) => say("Asked for papers that are not needed") },
  { id: "extra_fee", words: (say) => say("Asked for money that is not due") },
  { id: "facilities", words: (say) => say("Room or devices in a bad state") },
];
