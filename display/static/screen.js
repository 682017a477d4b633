/* What every screen does: it is a device of its hall, and says which calls people could see.

   A screen is registered once, by opening its page with `#token=jh_…&device=lobby`; the fragment
   never reaches a server, and is taken out of the address. Without a token nothing is reported. */

import { command } from "../web/hall.js";

/** A sign of life this often (ms). */
const PULSE = 8_000;
/** An older call is shown, but nobody waits to hear of it (ms). */
const TOO_OLD = 30_000;
/** A report that was not heard for so long is dropped (ms). */
const PATIENCE = 600_000;
const LONGEST_KEY = 128;

const place = `jiaohao.screen ${location.pathname}`;

/** A screen of a hall; `line` is that of hall.js, `otherwise` the name of an unnamed device. */
export class Screen {
  #hall;
  #line;
  #device;
  #token;
  #reported = new Set();

  constructor(hall, line, { token, device }, otherwise) {
    this.#hall = hall;
    this.#line = line;
    this.#token = token;
    this.#device = device || otherwise;
    if (token) this.#live();
  }

  /** Report a call (its `call`, `ticket`, `at`) that has just been drawn, once. */
  async shown(day, { call, ticket, at }) {
    const name = `${day}:${call}`;
    if (!this.#token || this.#reported.has(name) || this.#line.since(at) > TOO_OLD) return;
    this.#reported.add(name);
    await painted();
    const delay = this.#line.since(at);
    // The same key after a reload, too: a call is shown once on a device.
    const key = encodeURIComponent(`${name} ${this.#device}`).slice(0, LONGEST_KEY);
    const words = { ticket, call, device: this.#device, delay };
    await this.#report("shown", words, { patience: PATIENCE, key });
  }

  async #live() {
    for (;;) {
      const words = { device: this.#device, sort: "screen", state: "ok" };
      await this.#report("device_seen", words, { patience: 0 });
      await new Promise((then) => setTimeout(then, PULSE));
    }
  }

  async #report(verb, words, how) {
    try {
      await command(this.#hall, verb, words, { token: this.#token, ...how });
    } catch (error) {
      // Refused or unheard: a picture is shown all the same, and the hall misses a sign of life.
      console.info(`${verb}: ${error.message}`);
    }
  }
}

/** The registration of this page: `{ token, device }`, kept in this browser. */
export function registration() {
  const told = new URLSearchParams(location.hash.slice(1));
  if (!told.has("token")) return kept();
  const made = { token: told.get("token"), device: told.get("device") || "" };
  history.replaceState(null, "", location.pathname + location.search);
  try {
    localStorage.setItem(place, JSON.stringify(made));
  } catch {
    // A browser that keeps nothing must be told again after a restart.
  }
  return made;
}

// The fragment typed into the address of a page that stands already loads nothing by itself.
addEventListener("hashchange", () => location.hash.includes("token=") && location.reload());

function kept() {
  try {
    return JSON.parse(localStorage.getItem(place)) || { token: "", device: "" };
  } catch {
    return { token: "", device: "" };
  }
}

/** When what was drawn is on the screen: in the frame after the next. Never, if nobody sees it. */
function painted() {
  return new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
}
