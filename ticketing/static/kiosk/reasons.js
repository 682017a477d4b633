/* Why no number can be had, in plain words: before one is asked for, and after a refusal. */

import { hourAndMinute } from "../../web/clock.js";
import { facts, nameIn } from "../../web/words.js";
import { windows } from "./draw.js";

/** Why nobody gets a number here at present: `{ words, more }`, or null. A booking opens doors. */
export function closed(kiosk) {
  const { say, picture } = kiosk;
  if (!kiosk.registered) {
    const more = say("This kiosk has not been registered with its hall. Please ask the staff.");
    return { words: say("No numbers here"), more };
  }
  if (!picture) return { words: say("One moment please"), more: "" };
  const { state, mode, notice } = picture.today;
  if (state !== "open") {
    const over = state === "closing";
    const words = over ? say("No more numbers today") : say("The hall is closed");
    return { words, more: notice || say("Welcome back in the opening hours.") };
  }
  if (mode === "closed") return { words: say("No numbers at present"), more: notice || desk(kiosk) };
  if (mode === "appointment_only" && !kiosk.booked) {
    const how = kiosk.scans ? say("Please scan or type the code of your booking.") : say("Please type the code of your booking.");
    return { words: say("By appointment only"), more: [notice, how, walkIn(kiosk)].filter(Boolean).join(" ") };
  }
  return null;
}

/** Why one service is not to be had now, in a few words; nothing when it is. */
export function notNow(kiosk, service) {
  const { say } = kiosk;
  const known = kiosk.picture?.services[service.service];
  if (known?.why === "QUOTA") return say("All numbers for today are gone");
  if (known?.why !== "OUT_OF_HOURS") return "";
  if (!known.opens) return say("No more numbers for this today");
  return say("From {time}", { time: hourAndMinute(known.opens, kiosk.language, facts.timezone) });
}

/** How many numbers are left, where they are counted. */
export function left(kiosk, service) {
  const { say } = kiosk;
  const known = kiosk.picture?.services[service.service];
  if (!known || known.left === null || known.why) return "";
  return say("Numbers left: {count}", { count: known.left });
}

/** A refusal (or silence) in words: what happened, and what to do. */
export function refused(kiosk, error, service) {
  const { say } = kiosk;
  const name = nameIn(kiosk.language, service);
  switch (error.code) {
    case "QUOTA":
      return { words: say("All numbers for “{name}” are gone for now.", { name }), more: desk(kiosk) };
    case "OUT_OF_HOURS":
      return { words: say("“{name}” is not given at this hour.", { name }), more: desk(kiosk) };
    case "DUPLICATE":
      return { words: say("You have a number for “{name}” already today.", { name }), more: "" };
    case "HALL_CLOSED":
      return { words: say("No numbers at present"), more: desk(kiosk) };
    case "APPOINTMENT_ONLY":
      return { words: say("By appointment only"), more: walkIn(kiosk) };
    case "DAY_CLOSED":
      return { words: say("No more numbers today"), more: say("Welcome back in the opening hours.") };
    case "NOT_SIGNED_IN":
    case "NOT_ALLOWED":
      return { words: say("No numbers here"), more: say("This kiosk has not been registered with its hall. Please ask the staff.") };
    case "NO_BOOKING":
    case "BOOKING_USED":
    case "BOOKING_CANCELLED":
    case "NOT_TODAY":
      return { words: say("This booking does not hold any more."), more: desk(kiosk) };
    case "INVALID":
      return { words: say("The plan of the hall has just changed."), more: say("Please choose your service again.") };
    case undefined:
      return {
        words: say("The network does not answer."),
        more: say("Press once more: you will get one number, never two. Or ask at the guide desk."),
      };
    default:
      return { words: say("No number could be given."), more: desk(kiosk) };
  }
}

/** Where a person helps. */
export function desk(kiosk) {
  const { say } = kiosk;
  const numbers = windows(kiosk, kiosk.picture?.guides ?? []);
  return numbers
    ? say("Please ask at the guide desk ({where}).", { where: numbers })
    : say("Please ask the staff of the hall.");
}

function walkIn(kiosk) {
  const { say } = kiosk;
  const paper = say("Without a booking you get a paper number from the staff.");
  return `${paper} ${desk(kiosk)}`;
}
