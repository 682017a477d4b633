/* What time it is in a hall, from what the hall says now and then.

   Times are Unix milliseconds. A hall's clock may run `speed` times as fast as ours (a drill), and
   ours may be wrong. Every message comes a little late, and a picture that was kept for us even
   later; so of the latest few, whichever says it is latest is right. */

const KEPT = 8;

export class Clock {
  #heard = [];
  #speed = 1;

  /** The hall has just said what time it is; `speed` when it said that too. */
  set(now, speed = this.#speed) {
    if (speed !== this.#speed) this.#heard = [];
    this.#speed = speed;
    this.#heard.push({ now, here: performance.now() });
    this.#heard = this.#heard.slice(-KEPT);
  }

  /** The hall's time; NaN while it has never said it. */
  now() {
    if (!this.#heard.length) return NaN;
    const here = performance.now();
    return Math.max(...this.#heard.map((one) => one.now + (here - one.here) * this.#speed));
  }

  /** How long ago something was in the hall, in real milliseconds, at least 0. */
  since(at) {
    return Math.max(0, Math.round((this.now() - at) / this.#speed)) || 0;
  }
}

/** Wall-clock time in the hall: `10:23`. */
export function hourAndMinute(at, language, timeZone) {
  const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  return new Intl.DateTimeFormat(language, shape).format(at);
}

/** The date in the hall, in words. */
export function date(at, language, timeZone) {
  const shape = { month: "long", day: "numeric", weekday: "long", timeZone };
  return new Intl.DateTimeFormat(language, shape).format(at);
}
