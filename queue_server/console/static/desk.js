/* What this window says to its hall: one command at a time, and none of them twice.

   A command's key names what it is about: the call or the idle time that the clerk saw when he
   pressed. A second tab, a second click and a try again therefore have the same key, and the hall
   carries it out once. When an undo has brought back what was there before, the old key would only
   be answered with the old events: those are older than what the clerk saw, and so it is said
   again with another key. */

import { command } from "../web/hall.js";
import { facts } from "../web/words.js";

/** After a command is done, the same one is not heard for so long: a finger that trembled (ms). */
const STEADY = 700;
/** How long the picture may take to follow a command before the page acts on it again (ms). */
const FOLLOWS = 2_000;
/** Who waits longer than this without an answer is told so (ms). */
const PATIENCE = 12_000;
const LONGEST_KEY = 128;
const FINAL = new Set(["undo", "add_step", "assist_accept", "assist_done", "reinstate", "unhold"]);

export class Desk {
  picture = null;
  /** The command that is on its way. */
  busy = "";
  /** What can be taken back: `{ verb, ticket, at, until }` in the hall's time. */
  undoable = null;
  #now;
  #changed;
  #late;
  #last = { verb: "", at: -Infinity };
  #until = { seq: 0, at: -Infinity };

  /** `now()` is the hall's time; `late()` hears that the picture does not follow. */
  constructor(now, changed, late) {
    this.#now = now;
    this.#changed = changed;
    this.#late = late;
  }

  /** Whether what stands on the page may be older than what this page has done. */
  get behind() {
    return this.picture.seq < this.#until.seq && performance.now() < this.#until.at;
  }

  /** Wait until the page shows what this page has done. */
  async caughtUp() {
    while (this.behind) await new Promise((then) => setTimeout(then, 20));
  }

  /** What this window is about now; a command is about the same thing. */
  get stand() {
    const { serving, state, since } = this.picture;
    return serving ? `${serving.ticket} ${serving.call} ${serving.state}` : `${state} ${since}`;
  }

  /**
   * Say a command; answers with its events, or null when it was only a trembling finger. Raises
   * `Refused` or `Unheard`. `about` is what else the command is about than what is at the window.
   */
  async say(verb, words = {}, about = "") {
    if (this.busy || this.behind || this.#again(verb)) return null;
    this.busy = verb;
    this.#changed();
    try {
      const events = await this.#said(verb, words, `${this.stand} ${about}`.trim());
      this.#done(verb, words, events);
      return events;
    } finally {
      this.busy = "";
      this.#changed();
    }
  }

  #again(verb) {
    return verb === this.#last.verb && performance.now() - this.#last.at < STEADY;
  }

  async #said(verb, words, about) {
    const { seq, today } = this.picture;
    const name = `${today.day} ${facts.window} ${verb} ${about}`;
    const events = await command(facts.hall, verb, words, how(name));
    const old = events.length > 0 && events.at(-1).seq <= seq;
    return old ? command(facts.hall, verb, words, how(`${name} ${seq}`)) : events;
  }

  #done(verb, words, events) {
    this.#last = { verb, at: performance.now() };
    if (!events.length) return;
    const { seq } = events.at(-1);
    this.#until = { seq, at: performance.now() + FOLLOWS };
    setTimeout(() => this.picture.seq < seq && this.#late(), FOLLOWS);
    if (FINAL.has(verb) && !(verb === "unhold" && words.window)) {
      if (verb === "undo") this.undoable = null;
      return;
    }
    const [{ at, ticket = "" }] = events;
    this.undoable = { verb, ticket, at, until: at + this.picture.undo_within };
  }

  /** How long the last command can still be taken back, in seconds; 0 when it cannot. */
  get left() {
    if (!this.undoable) return 0;
    return Math.max(0, Math.ceil((this.undoable.until - this.#now()) / 1000)) || 0;
  }
}

function how(name) {
  return { key: name.slice(-LONGEST_KEY), patience: PATIENCE };
}
