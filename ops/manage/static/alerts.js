/* The alerts: what to look at, since when, and who has seen it. */

import { element, icon } from "../web/draw.js";
import { facts } from "../web/words.js";
import { keep, long, named, place, say, time } from "./say.js";

const ICONS = {
  wait: "waiting", queue: "waiting", crowded: "waiting", unserved: "closed", idle: "open",
  pause: "paused", lost: "away", device: "away", undelivered: "called", unprinted: "notice",
};

/** The list of alerts; `tell` is given a sentence when something goes wrong. */
export class Alerts {
  #state;
  #tell;
  #known = null;
  #asked = new Set();
  #answered = new Map();

  constructor(state, tell) {
    this.#state = state;
    this.#tell = tell;
    place("alerts").addEventListener("click", (event) => {
      const button = event.target.closest("button[data-alert]");
      if (button) this.#acknowledge(button.dataset.alert);
    });
  }

  draw({ alerts, lanes, today }, now) {
    const all = alerts.map((one) => ({ ...one, seen: one.seen || this.#answered.get(one.id) || null }));
    const ordered = [...all.filter(({ seen }) => !seen), ...all.filter(({ seen }) => seen)];
    const open = all.filter(({ seen }) => !seen);
    place("unseen").textContent = open.length ? say("{count} new", { count: open.length }) : "";
    place("unseen").className = open.length ? "count" : "";
    const items = ordered.map((one) => this.#item(one, lanes, now));
    keep(place("alerts"), items.length ? items : [element("li", { "data-key": "none", class: "none" }, icon("open"), say("Nothing to look at."))]);
    this.#announce(today.day, open, lanes, now);
    this.renew();
  }

  /** Whether one may press is known from the line. */
  renew() {
    for (const button of place("alerts").querySelectorAll("button")) {
      button.disabled = !this.#state.live || this.#asked.has(button.dataset.alert);
    }
  }

  #item(one, lanes, now) {
    const look = one.seen ? "seen" : one.grave ? "bad" : "warn";
    const words = element("p", { class: "what" }, sentence(one, lanes));
    const since = element("p", { class: "since" }, say("for {time}", { time: long(now - one.since) }));
    return element("li", { "data-key": one.id, class: `${look} ${one.kind}` }, icon(ICONS[one.kind] || "notice"), words, since, this.#end(one, lanes));
  }

  #end(one, lanes) {
    if (one.seen) return element("p", { class: "who" }, icon("open"), say("{name} has seen it, {time}", { name: one.seen.name, time: time(one.seen.at) }));
    if (!facts.may) return element("p", { class: "who" }, say("Nobody has seen it yet"));
    const label = `${say("Seen")}: ${sentence(one, lanes)}`;
    return element("button", { type: "button", "data-alert": one.id, "aria-label": label }, say("Seen"));
  }

  #announce(day, open, lanes) {
    const ids = new Set(open.map(({ id }) => `${day} ${id}`));
    const fresh = this.#known ? open.filter(({ id }) => !this.#known.has(`${day} ${id}`)) : [];
    this.#known = ids;
    if (fresh.length) place("said").textContent = fresh.map((one) => sentence(one, lanes)).join(" ");
  }

  /** The first to say so stays: a second press or a second tab changes nothing. */
  async #acknowledge(alert) {
    if (!this.#state.live || this.#asked.has(alert)) return;
    this.#asked.add(alert);
    this.renew();
    try {
      const path = `/api/v1/halls/${encodeURIComponent(facts.hall)}/alerts/acknowledge`;
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify({ alert }) });
      if (answer.ok) this.#keep(alert, (await answer.json()).alert.seen);
      // What is over needs nobody to see it: the next picture is without it.
      else if (answer.status !== 404) this.#tell(say("This could not be written down. Please try again."));
    } catch {
      this.#tell(say("The hall does not answer. Please try again."));
    } finally {
      this.#asked.delete(alert);
      this.renew();
    }
  }

  /** Until the next pictures say the same. */
  #keep(alert, seen) {
    this.#answered.set(alert, seen);
    setTimeout(() => this.#answered.delete(alert), 15_000);
    this.draw(this.#state.picture, seen.at);
  }
}

/** An alert in words. */
export function sentence(one, lanes) {
  const lane = named(lanes.find(({ lane: id }) => id === one.lane)) || one.lane;
  const { count, window, ticket, device, detail } = one;
  switch (one.kind) {
    case "wait":
      return say("{lane}: somebody has waited too long", { lane });
    case "queue":
      return say("{lane}: {count} people in the lane", { lane, count });
    case "crowded":
      return say("Window {window}: {count} people for one window", { window, count });
    case "unserved":
      return say("{lane}: {count} wait, and no window is open for them", { lane, count });
    case "idle":
      return say("Window {window} is free while {count} wait for it", { window, count });
    case "pause":
      return say("Window {window} has paused for long", { window });
    case "lost":
      return ticket
        ? say("Window {window} fell silent, with {ticket} at it", { window, ticket })
        : say("Window {window} fell silent", { window });
    case "device":
      return say("Device {device}: {detail}", { device, detail: trouble(detail) });
    case "undelivered":
      return detail.includes("voice") && !detail.includes("screen")
        ? say("The call of {ticket} to window {window} was not heard", { ticket, window })
        : say("The call of {ticket} to window {window} was not shown", { ticket, window });
    case "unprinted":
      return say("{count} numbers are not on paper, {ticket} first", { count, ticket });
    default:
      return one.id;
  }
}

function trouble(detail) {
  const words = { lost: say("no sign of life"), failed: say("out of order"), warning: say("needs a hand") };
  return words[detail] || detail;
}
