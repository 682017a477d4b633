/* Saying commands: one intent is one command, however often its button is pressed.

   A press while the command is on its way, or has only just been heard, is the same press. After
   `Unheard` the next one repeats the very same command, which the hall carries out once. */

import { Refused, Unheard, command, unique } from "../../web/hall.js";

/** An answer that takes so long is told of (ms). */
const SLOW = 600;
/** Whoever presses again within this time meant to press once (ms). */
const BOUNCE = 1_500;

export class Intents {
  #hall;
  #said = new Map();
  #ids = new Map();

  #slow;

  /** `slow()` is told when the hall takes its time. */
  constructor(hall, slow) {
    this.#hall = hall;
    this.#slow = slow;
  }

  /** Say a command; `intent` names what is meant when the same words can be meant twice. */
  async send(verb, words, intent = JSON.stringify([verb, words])) {
    const known = this.#said.get(intent);
    if (known) return known;
    const key = this.#ids.get(intent) || unique();
    this.#ids.set(intent, key);
    const answer = command(this.#hall, verb, words, { key });
    this.#said.set(intent, answer);
    const timer = setTimeout(this.#slow, SLOW);
    try {
      const events = await answer;
      this.#ids.delete(intent);
      setTimeout(() => this.#said.delete(intent), BOUNCE);
      return events;
    } catch (error) {
      this.#said.delete(intent);
      // Perhaps it was heard: then what is said next must be the same command, or be refused.
      if (!(error instanceof Unheard) && error.code !== "REPEATED") this.#ids.delete(intent);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Why something was not done, in words; `say` is a speaker. */
export function why(say, error) {
  if (error instanceof Unheard) return say("The hall did not answer. Press again to repeat it.");
  if (!(error instanceof Refused)) throw error;
  return reason(say, error.code) || say("The hall says no: {message}", { message: error.message });
}

function reason(say, code) {
  switch (code) {
    case "DAY_CLOSED":
      return say("The hall gives no more numbers today.");
    case "OUT_OF_HOURS":
      return say("This service is not given at this hour.");
    case "QUOTA":
      return say("Today's numbers for this service are used up.");
    case "DUPLICATE":
      return say("This person or this booking has a number already.");
    case "NO_BOOKING":
      return say("This booking is not known here.");
    case "BOOKING_USED":
    case "BOOKING_CANCELLED":
    case "NOT_TODAY":
      return say("This booking does not hold any more.");
    case "WRONG_STATE":
      return say("The ticket has moved on in the meantime; this is not possible any more.");
    case "ELSEWHERE":
      return say("The ticket is at a window now.");
    case "MISSED_TOO_OFTEN":
      return say("Missed too often: please take a new number.");
    case "AWAY":
      return say("That is so already.");
    case "NO_ASSIST":
      return say("Somebody is on the way already, or no help is needed any more.");
    case "NO_TICKET":
      return say("There is no such number today.");
    case "NOT_ALLOWED":
      return say("You may not do this here.");
    case "NOT_SIGNED_IN":
      return say("You are not signed in any more.");
    case "REPEATED":
      return say("The first try was heard after all; please look before you repeat it.");
    default:
      return "";
  }
}

/** What was done, in words. */
export function done(say, verb, { ticket, window: at }) {
  switch (verb) {
    case "take":
      return say("The number is {ticket}.", { ticket });
    case "away":
      return say("{ticket} has stepped out; the place is kept.", { ticket });
    case "back":
      return say("{ticket} is back and may be called.", { ticket });
    case "reinstate":
    case "unhold":
      return say("{ticket} is in line again.", { ticket });
    case "reclassify":
      return say("{ticket} has another class now.", { ticket });
    case "reprint":
      return say("The slip of {ticket} was asked for.", { ticket });
    case "transfer":
    case "add_step":
      return say("The service of {ticket} was changed.", { ticket });
    case "cancel":
      return say("{ticket} was cancelled.", { ticket });
    case "assist_accept":
      return say("Window {window} knows that you are coming.", { window: at });
    default:
      return say("Done");
  }
}
