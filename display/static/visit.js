/* What a visitor says with the link of the ticket; it is said again until it is heard.

   The same command again, after nobody answered, is the same command: it has the same key. */

import { Refused, Unheard, backOff, unique } from "../web/hall.js";

/** An answer that takes longer is given up (ms). */
const PATIENCE = 8_000;
/** So long somebody waits for an answer to what he has pressed (ms). */
const LONGEST = 20_000;
const ASK_AGAIN = new Set([429, 502, 503, 504]);

/** The visit of a token. */
export class Visit {
  #path;
  #unheard = null;

  constructor(token) {
    this.#path = `/api/v1/tickets/${encodeURIComponent(token)}`;
  }

  /** `cancel`, `away`, `back` or `rate`; raises `Refused`, or `Unheard`. */
  async say(verb, words = {}) {
    const said = JSON.stringify([verb, words]);
    const key = this.#unheard?.said === said ? this.#unheard.key : unique();
    this.#unheard = { said, key };
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    const told = await this.#ask(verb, { method: "POST", headers, body: JSON.stringify(words) });
    this.#unheard = null;
    return told.events;
  }

  /** What has happened so far, in sentences. */
  async story(language) {
    return (await this.#ask(`story?language=${encodeURIComponent(language)}`, {})).sentences;
  }

  async #ask(what, request) {
    const until = performance.now() + LONGEST;
    for (let tries = 0; ; tries++) {
      const answer = await asked(`${this.#path}/${what}`, request);
      if (answer?.ok) return answer.told;
      if (answer && !ASK_AGAIN.has(answer.status)) {
        this.#unheard = null;
        throw new Refused(answer.status, answer.told);
      }
      const pause = Math.max(backOff(tries), answer?.after || 0);
      if (performance.now() + pause > until) throw new Unheard();
      await new Promise((then) => setTimeout(then, pause));
    }
  }
}

async function asked(path, request) {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(path, { ...request, cache: "no-store", signal });
    const after = 1000 * Number(answer.headers.get("Retry-After"));
    return { ok: answer.ok, status: answer.status, after, told: await answer.json() };
  } catch {
    return null;
  }
}
