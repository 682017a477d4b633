/* A booking's code at the desk: what the hall knows of it, in words. */

import { facts } from "../../web/words.js";
import { dayOf, look, tidy } from "../kiosk/look.js";
import { language, say, time } from "./words.js";

/** Ask the hall: `{ found }` when a number can be taken with it, `{ ticket }` when it has one, and
 *  otherwise `{ no }`, why not. */
export async function lookUp(desk, text) {
  const code = tidy(text);
  let found;
  try {
    found = await look(code);
  } catch {
    return { no: say("The hall did not answer. Press again to repeat it.") };
  }
  if (!found) return { no: say("No booking {code} is known here.", { code }) };
  if (found.ticket) return { ticket: found.ticket, no: say("Booking {code} has the number {ticket} already.", found) };
  const no = unusable(desk, found);
  return no ? { no } : { found };
}

function unusable(desk, found) {
  if (found.state === "used") return say("Booking {code} was used already.", found);
  if (found.state === "cancelled") return say("Booking {code} was cancelled.", found);
  if (dayOf(found.appointed) !== dayOf(desk.now())) {
    return say("Booking {code} is for another day: {day}.", { ...found, day: day(found.appointed) });
  }
  if (!desk.services.some((one) => one.service === found.service)) {
    return say("Booking {code} is for something that is not given here any more.", found);
  }
  return "";
}

function day(at) {
  const shape = { dateStyle: "long", timeStyle: "short", timeZone: facts.timezone };
  return new Intl.DateTimeFormat(language, shape).format(at);
}

/** How a booking stands, as the visitor is told. */
export function told({ appointed, state }) {
  const values = { time: time(appointed) };
  if (state === "early") return say("Booked for {time}, and early: the number counts from {time}.", values);
  if (state === "late") return say("Booked for {time}, and late: the number counts from now.", values);
  return say("Booked for {time}.", values);
}
