/* Which calls are new: those flash, and are said to who cannot see them. */

import { each, element } from "../web/draw.js";

/** A call flashes for so long, then it stands (ms); screen.css has the same. */
const FLASH = 3_000;
/** After an outage a call this old is no news (ms). */
const NEWS = 10_000;
/** So many calls stay in the live region. */
const SAID = 5;

export class News {
  #line;
  #seen = new Map();
  #live = false;
  #day = "";

  constructor(line) {
    this.#line = line;
  }

  /** The line went down: what comes next may be old. */
  interrupted() {
    this.#live = false;
  }

  /** The calls (`call`, `at`) of a picture that were in none before and are still news. */
  of(day, calls) {
    if (day !== this.#day) this.#seen.clear();
    this.#day = day;
    const unseen = calls.filter(({ call }) => !this.#seen.has(call));
    const fresh = unseen.filter(({ at }) => this.#live || this.#line.since(at) < NEWS);
    unseen.forEach(({ call }) => this.#seen.set(call, -Infinity));
    fresh.forEach(({ call }) => this.#seen.set(call, performance.now()));
    this.#live = true;
    return fresh;
  }

  /** Make an element flash for as long as its call still has to; drawing again goes on with it. */
  flash(drawn, call) {
    const gone = performance.now() - (this.#seen.get(call) ?? -Infinity);
    if (gone >= FLASH) return;
    drawn.style.setProperty("--gone", `-${Math.round(gone)}ms`);
    drawn.classList.add("new");
    setTimeout(() => drawn.classList.remove("new"), FLASH - gone);
  }
}

/** What is said of a call, in one language. */
export function caption(say, { ticket, window }) {
  return say("Ticket {ticket}, please go to window {window}", { ticket, window });
}

/** Say a call in the live region of a page, once. */
export function announce(region, languages, call) {
  region.append(element("p", {}, each(languages, (say) => `${caption(say, call)} `)));
  while (region.children.length > SAID) region.firstChild.remove();
}
