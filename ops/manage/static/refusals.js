/* Why the hall said no, in the manager's words. */

import { say } from "./say.js";

/** The sentence for a refusal of hall.js. */
export function refusal({ code, message }) {
  switch (code) {
    case "BUSY":
      return say("There is still a ticket at this window. It must be finished first.");
    case "OPEN":
      return say("This window is open already.");
    case "CLOSED":
      return say("This window is closed.");
    case "PAUSED":
      return say("This window is paused already.");
    case "NOT_YOURS":
      return say("Somebody else sits at this window.");
    case "DAY_CLOSED":
      return say("The day is closed.");
    case "DAY_OPEN":
      return say("The day is open already.");
    case "NOT_ALLOWED":
      return say("You may not do this here.");
    case "NOT_SIGNED_IN":
      return say("You are not signed in any more.");
    case "CHANGED":
      return say("Somebody else has published another plan meanwhile. Nothing was changed: load the page again.");
    default:
      return message;
  }
}
