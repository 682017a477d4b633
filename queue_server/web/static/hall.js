/* A page's line to its hall: pictures come in, commands go out. Both outlive any outage.

   `watch` follows one picture over a WebSocket. A line that is silent for long is dead, because a
   browser does not notice a cut network by itself; it is given up and opened again. Close codes
   4000–4499 mean come back, 4500–4999 do not.
   `command` says one command over HTTP. It is said again with the same key until it is heard, and
   the hall carries it out once. */

import { Clock } from "./clock.js";

/** The server says something every 10 s at least (ms). */
const SILENCE = 22_000;
/** A line that does not come up in this time is given up (ms). */
const PATIENCE = 8_000;
const SOONEST = 200;
const LATEST = 5_000;
/** A screen that nobody stands before asks again this often, even when told not to (ms). */
const MUCH_LATER = 60_000;
const SIGNED_OUT = 4501;
const TOO_MANY = 4029;

/**
 * Follow `board`, `zone:…`, `sign:…`, `hall`, `lane:…`, `window:…` or `ticket:…` of a hall.
 * With a `path` (`/api/v1/overview`), what is there instead.
 *
 * `onPicture(picture)` gets the whole picture whenever it changed, and once after each return.
 * `onLine({ state, code, reason, heard })` hears of the line: `opening`, `live`, `away` (we try
 * again), `stopped` (we don't; `code` and `reason` say why); `heard` is when the hall last said
 * something (hall time). `patient`: try again after a minute even when told not to.
 * Answers with the line: `now()` and `since(at)` of the hall's clock, and `close()`.
 */
export function watch(wanted) {
  return new Line(wanted);
}

class Line {
  #wanted;
  #clock = new Clock();
  #socket = null;
  #timer = 0;
  #tries = 0;
  #opened = 0;
  #state = "";
  #heard = 0;
  #retry = () => this.#open();

  constructor(wanted) {
    this.#wanted = { onLine: () => {}, token: "", patient: false, ...wanted };
    addEventListener("online", this.#retry);
    addEventListener("pageshow", this.#wake);
    this.#open();
  }

  now() {
    return this.#clock.now();
  }

  since(at) {
    return this.#clock.since(at);
  }

  close() {
    removeEventListener("online", this.#retry);
    removeEventListener("pageshow", this.#wake);
    this.#drop();
    this.#is("stopped");
  }

  /** Back from the browser's memory, where lines do not live. */
  #wake = (event) => event.persisted && this.#open();

  #open() {
    this.#drop();
    const { hall, picture, path, token } = this.#wanted;
    const own = `/api/v1/halls/${encodeURIComponent(hall)}/pictures/${encodeURIComponent(picture)}`;
    const address = new URL(path || own, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    // A page cannot set headers on a WebSocket, but it can offer protocols.
    const socket = token ? new WebSocket(address, ["bearer", token]) : new WebSocket(address);
    this.#socket = socket;
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code, event.reason);
    this.#wait(PATIENCE, () => this.#lost());
    this.#opened = performance.now();
    if (!this.#state) this.#is("opening");
    if (this.#state === "live") this.#is("away");
  }

  #hear(message) {
    this.#wait(SILENCE, () => this.#lost());
    this.#clock.set(message.now, message.today?.speed);
    this.#heard = message.now;
    this.#is("live");
    if (!("same" in message)) this.#wanted.onPicture(message);
  }

  #lost(code = 0, reason = "") {
    this.#drop();
    // A server that lets us in only to end it is asked less and less often, too.
    if (this.#state === "live" && performance.now() - this.#opened > LATEST) this.#tries = 0;
    if (code === SIGNED_OUT && this.#wanted.token) {
      // What everybody may see is still there for somebody nobody knows any more.
      this.#wanted.token = "";
      this.#is("away", code, reason);
      this.#open();
    } else if (code >= 4500 && code <= 4999) {
      this.#is("stopped", code, reason);
      if (this.#wanted.patient) this.#wait(MUCH_LATER * (1 + Math.random()), this.#retry);
    } else {
      this.#is("away", code, reason);
      this.#wait(code === TOO_MANY ? LATEST : backOff(this.#tries++), this.#retry);
    }
  }

  #is(state, code = 0, reason = "") {
    this.#state = state;
    this.#wanted.onLine({ state, code, reason, heard: this.#heard });
  }

  #wait(time, then) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, time);
  }

  #drop() {
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    // Over a cut network the closing handshake never ends: nobody waits for it.
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }
}

/** How long to wait before try number `tries` (from 0): longer and longer, never all at once. */
export function backOff(tries) {
  const longest = Math.min(LATEST, SOONEST * 2 ** tries);
  return longest * (0.5 + Math.random() / 2);
}

/** The hall said no: `code` and `message`, `status`, and `field` when one word is wrong. */
export class Refused extends Error {
  constructor(status, told) {
    super(told.message || String(status));
    Object.assign(this, { name: "Refused", status, code: told.code || "", field: told.field || "" });
  }
}

/** Nobody answered for as long as we asked. Perhaps the command was heard, perhaps not. */
export class Unheard extends Error {
  constructor() {
    super("The hall does not answer.");
    this.name = "Unheard";
  }
}

const ASK_AGAIN = new Set([429, 502, 503, 504]);

/**
 * Say a command; answers with its events. Raises `Refused`, or `Unheard` after `patience` ms.
 * Without a `token` the browser's session speaks. The same `key` again is the same command.
 */
export async function command(hall, verb, words = {}, how = {}) {
  const { token = "", key = unique(), patience = 30_000 } = how;
  const path = `/api/v1/halls/${encodeURIComponent(hall)}/${verb}`;
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  if (token) headers.Authorization = `Bearer ${token}`;
  const request = { method: "POST", headers, body: JSON.stringify(words), cache: "no-store" };
  const until = performance.now() + patience;
  for (let tries = 0; ; tries++) {
    const answer = await asked(path, request);
    if (answer?.status === 200) return answer.told.events;
    if (answer && !ASK_AGAIN.has(answer.status)) throw new Refused(answer.status, answer.told);
    const pause = Math.max(backOff(tries), answer?.after || 0);
    if (performance.now() + pause > until) throw new Unheard();
    await new Promise((then) => setTimeout(then, pause));
  }
}

async function asked(path, request) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(path, { ...request, signal: stop.signal });
    const after = 1000 * Number(answer.headers.get("Retry-After"));
    return { status: answer.status, after, told: await answer.json() };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** A new key. (`crypto.randomUUID` is not there on plain HTTP, which halls use inside.) */
export function unique() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
