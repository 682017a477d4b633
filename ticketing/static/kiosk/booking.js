/* A booking, by its code: what the hall knows of it, and what that means for whoever has it. */

import { element, fill } from "../../web/draw.js";
import { facts } from "../../web/words.js";
import { button, heading, sign } from "./draw.js";
import { dayOf, look, tidy } from "./look.js";
import { desk } from "./reasons.js";

/** A booking that was scanned or typed: on to its service, or why there is no way on. `instead` is
 *  said of a code that the hall does not know, where something else may have been meant. */
export async function book(kiosk, text, instead = "") {
  const { visit, at } = kiosk;
  if (at.asking || at.looking) return;
  at.looking = true;
  kiosk.tell(kiosk.say("One moment please"));
  const told = await outcome(kiosk, text, instead);
  at.looking = false;
  // Whoever asked has gone, or has gone on.
  if (kiosk.visit !== visit || kiosk.at !== at) return;
  kiosk.tell("");
  if (told.view === "service") document.getElementById("said").textContent = standing(kiosk);
  if (told.view) kiosk.show(told);
  else kiosk.show({ view: "booking", typed: tidy(text), told });
}

async function outcome(kiosk, text, instead) {
  const { say } = kiosk;
  let found;
  try {
    found = await look(text, kiosk.who.token);
  } catch {
    return { words: say("The network does not answer."), more: [say("Please try again."), desk(kiosk)].join(" ") };
  }
  if (!found) {
    if (instead) return { words: instead, more: desk(kiosk) };
    return { words: say("No booking with the code “{code}” is known here.", { code: tidy(text) }), more: desk(kiosk) };
  }
  return usable(kiosk, found);
}

function usable(kiosk, found) {
  const { say } = kiosk;
  const { code, service, appointed, state, ticket } = found;
  if (ticket) return { view: "ticket", ticket };
  if (state === "used") return { words: say("This booking has had its number already."), more: desk(kiosk) };
  if (state === "cancelled") {
    const more = [say("You can take a number without a booking."), desk(kiosk)].join(" ");
    return { words: say("This booking was cancelled."), more };
  }
  if (dayOf(appointed) !== dayOf(kiosk.line.now())) {
    return { words: say("This booking is for another day: {day}.", { day: long(kiosk, appointed) }), more: desk(kiosk) };
  }
  if (!kiosk.catalogue.services.some((one) => one.service === service)) {
    return { words: say("What was booked is not given here any more."), more: desk(kiosk) };
  }
  Object.assign(kiosk.visit, { booking: code, appointed, service, bookedClass: found.class, standing: state });
  return { view: "service", service };
}

function long({ language }, at) {
  const shape = { dateStyle: "long", timeStyle: "short", timeZone: facts.timezone };
  return new Intl.DateTimeFormat(language, shape).format(at);
}

/** What a booking means for the number that is about to be taken. */
export function standing({ say, visit, time }) {
  const values = { time: time(visit.appointed) };
  if (visit.standing === "early") return say("You are early: your booking is for {time}. You may take the number now; it counts from {time}.", values);
  if (visit.standing === "late") return say("You are late: your booking was for {time}. The number counts from now.", values);
  return say("Your booking for {time} was found.", values);
}

/** Where a code is typed, and what became of one that leads nowhere. */
export function booking(kiosk, at) {
  const { say } = kiosk;
  const words = kiosk.scans ? say("Type the code of your booking, or scan it.") : say("Type the code of your booking.");
  const input = element("input", {
    type: "text", inputmode: "none", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "64", "aria-label": say("Code of your booking"), "data-first": "",
  });
  input.value = at.typed ?? "";
  input.addEventListener("input", () => (at.typed = input.value));
  const find = button({ class: "primary" }, () => {}, say("Find my booking"));
  find.type = "submit";
  const form = element("form", { class: "entry", autocomplete: "off" }, input, find);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) book(kiosk, input.value);
  });
  const place = element("div", { class: "outcome", role: "alert" });
  if (at.told) fill(place, element("p", { class: "shut" }, sign("trouble"), element("b", {}, at.told.words), element("span", {}, at.told.more)));
  return [heading(say("Your booking")), at.told ? place : element("p", { class: "lead" }, words), form];
}
