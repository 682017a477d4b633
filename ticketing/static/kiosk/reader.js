/* The readers of this kiosk's own machine: a WebSocket on loopback, told of in local_line.py.

   They are offered only while they answer. A card says no more than the person's key of the day and
   whether to offer the green channel. */

import { book } from "./booking.js";

/** Nobody may ever answer: most kiosks have no reader, and are asked seldom (ms). */
const FIRST = 2_000;
const LATEST = 60_000;

/** The readers of a kiosk, and what was laid there. */
export class Readers {
  #kiosk;
  #known = {};

  constructor(kiosk) {
    this.#kiosk = kiosk;
  }

  /** Whether one of them works. */
  get ready() {
    return Object.values(this.#known).some((reader) => reader.kind === "ready");
  }

  /** Listen at an address, for ever. */
  listen(address, pause = FIRST) {
    const socket = new WebSocket(address);
    let next = Math.min(pause * 2, LATEST);
    socket.onopen = () => (next = FIRST);
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = () => {
      this.#known = {};
      this.#kiosk.renew();
      setTimeout(() => this.listen(address, next), pause);
    };
  }

  #hear(told) {
    if (told.kind !== "ready" && told.kind !== "trouble") return this.#read(told);
    // A reader that never worked is the hall's business; one that just failed is its visitor's.
    const failed = told.kind === "trouble" && this.#known[told.device]?.kind === "ready";
    this.#known = { ...this.#known, [told.device]: told };
    if (failed) this.#kiosk.tell(this.#kiosk.language.startsWith("zh") ? told.zh : told.en);
    this.#kiosk.renew();
  }

  #read(told) {
    const kiosk = this.#kiosk;
    const { say } = kiosk;
    if (kiosk.at.asking) return;
    // Whoever lays a card there while a ticket stands is the next visitor.
    if (kiosk.at.view === "ticket") kiosk.anew();
    kiosk.tell("");
    if (told.kind === "card") {
      Object.assign(kiosk.visit, { person: told.person, offer: told.green });
      kiosk.told();
    } else if (told.what === "link") kiosk.show({ view: "ticket", token: told.text });
    else if (told.what === "booking") book(kiosk, told.text);
    // Some bookings look like a ticket's number.
    else book(kiosk, told.text, say("Please scan the code on your slip, not its number."));
  }
}
