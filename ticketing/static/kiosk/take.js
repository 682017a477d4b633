/* Asking the hall for a number, and for the link of one. */

import { command, unique } from "../../web/hall.js";
import { facts } from "../../web/words.js";

/** The hall is asked for a link so often, and not at once again (ms). */
const TRIES = 5;
const PAUSE = 1_000;

/** Take a number: one press or ten, heard at once or after an outage, it is one number. */
export async function take(kiosk, service, at) {
  if (at.asking) return;
  at.asking = true;
  at.key ??= unique();
  at.error = null;
  kiosk.renew();
  try {
    const { token } = kiosk.who;
    const [taken] = await command(facts.hall, "take", words(kiosk, service), { token, key: at.key });
    at.asking = false;
    kiosk.show({ view: "ticket", ticket: taken.ticket, fresh: true });
    const { say } = kiosk;
    document.getElementById("said").textContent = say("Your number: {ticket}", taken);
  } catch (error) {
    at.asking = false;
    at.error = error;
    kiosk.redraw();
  }
}

function words(kiosk, { service }) {
  const { visit, who, language } = kiosk;
  const { person } = visit;
  const { booking, appointed } = kiosk.booked ? visit : {};
  const class_ = kiosk.class === "ordinary" ? "" : kiosk.class;
  const all = { service, source: who.source, language, class: class_, person, booking, appointed };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

/** The token of a ticket's own page; "" when it cannot be had. */
export async function linkOf({ who }, number) {
  const [hall, ticket] = [facts.hall, number].map(encodeURIComponent);
  const headers = who.token ? { Authorization: `Bearer ${who.token}` } : {};
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const answer = await fetch(`/api/v1/halls/${hall}/tickets/${ticket}`, { headers, cache: "no-store" });
      if (answer.ok) return (await answer.json()).link.replace("/t/", "");
    } catch {
      // The number stands on the screen all the same.
    }
    await new Promise((then) => setTimeout(then, PAUSE));
  }
  return "";
}
