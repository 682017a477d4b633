/* What every screen does: it is a device of its hall (web/device.js), and says which calls people
   could see. Without a token nothing is reported. */

import { live, report } from "../web/device.js";

/** An older call is shown, but nobody waits to hear of it (ms). */
const TOO_OLD = 30_000;
/** A report that was not heard for so long is dropped (ms). */
const PATIENCE = 600_000;
const LONGEST_KEY = 128;

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
    live(hall, { token, device: this.#device }, "screen");
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
    await report(this.#hall, "shown", words, { token: this.#token, patience: PATIENCE, key });
  }
}

/** When what was drawn is on the screen: in the frame after the next. Never, if nobody sees it. */
function painted() {
  return new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
}
