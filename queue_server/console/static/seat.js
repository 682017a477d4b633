/* Who sits here: comes in, shows that this machine lives, takes over, and leaves. */

import { command } from "../web/hall.js";
import { facts } from "../web/words.js";
import { me, signOut, toSignIn } from "./session.js";

/** A sign of life of this window's machine, this often (ms); its lease is longer. */
const PULSE = 10_000;
const LEADERS = new Set(["admin", "manager"]);
const SIGNED_OUT = 4501;

export class Seat {
  /** Whoever is signed in; null while nobody knows. */
  who = null;
  #desk;
  #changed;
  #pulsed = -Infinity;
  #live = false;
  #leaving = false;

  constructor(desk, changed) {
    this.#desk = desk;
    this.#changed = changed;
    addEventListener("beforeunload", (event) => this.#stay(event));
    // Back from the browser's memory somebody else may be signed in.
    addEventListener("pageshow", (event) => event.persisted && this.#greet());
    setInterval(() => this.#pulse(), PULSE);
    keep("", facts.window, `jiaohao.window ${facts.hall}`);
    this.#greet();
  }

  /** Whether this window may be worked at from here: it is free, or mine, or I lead the hall. */
  get mine() {
    return Boolean(this.who && this.#desk.picture) && (!this.someoneElse || this.#leads);
  }

  /** Whether I am the one who sits here. */
  get seated() {
    const { state, clerk } = this.#desk.picture;
    return state !== "closed" && clerk === this.who?.id;
  }

  /** Whether another clerk does. */
  get someoneElse() {
    const { state, clerk } = this.#desk.picture;
    return Boolean(this.who && clerk) && state !== "closed" && clerk !== this.who.id;
  }

  get #leads() {
    return this.who.grants.some(
      ({ role, halls }) => LEADERS.has(role) && (!halls || halls.includes(facts.hall)),
    );
  }

  /** What the line said. Timers sleep in a hidden page; what the hall says wakes it. */
  heard({ state, code }) {
    this.#live = state === "live";
    if (state === "stopped" && code === SIGNED_OUT) this.signIn();
    this.#pulse();
  }

  /** Names have changed with a new plan: load them, once for each plan, and when nobody is here. */
  planned(plan) {
    if (plan === facts.plan || kept("plan") === plan || this.#desk.picture.serving) return;
    keep("plan", plan);
    this.#leave(() => location.reload());
  }

  /** Take the window over from another clerk, with its number (AB岗). */
  takeOver() {
    const { picture, stand } = this.#desk;
    const words = { window: facts.window, take_over: true };
    const key = `${picture.today.day} take over ${facts.window} ${picture.clerk} ${stand}`;
    return command(facts.hall, "open_window", words, { key });
  }

  /** Sign out; whoever signs in next comes back to this window, or to a place of his own. */
  async signOut(comesBack) {
    const heard = await signOut();
    if (heard) this.#leave(comesBack ? toSignIn : () => location.replace("/sign-in"));
    return heard;
  }

  signIn() {
    this.#leave(toSignIn);
  }

  async #greet() {
    this.who = await me();
    if (this.who) this.#changed();
    else this.signIn();
  }

  #leave(then) {
    this.#leaving = true;
    then();
  }

  #stay(event) {
    const { picture } = this.#desk;
    if (!this.#leaving && picture?.serving && this.seated) event.preventDefault();
  }

  async #pulse() {
    const now = performance.now();
    if (!this.#live || !this.#desk.picture?.lease || !this.seated || now - this.#pulsed < PULSE) return;
    this.#pulsed = now;
    try {
      const words = { device: `console-${facts.window}`, window: facts.window };
      await command(facts.hall, "device_seen", words, { patience: 0 });
    } catch (error) {
      console.info(`device_seen: ${error.message}`);
    }
  }
}

/** What this browser remembers of this page. */
export function kept(name) {
  try {
    return localStorage.getItem(`jiaohao.console ${location.pathname} ${name}`) || "";
  } catch {
    return "";
  }
}

export function keep(name, value, place = `jiaohao.console ${location.pathname} ${name}`) {
  try {
    localStorage.setItem(place, value);
  } catch {
    // A browser that keeps nothing asks again.
  }
}
