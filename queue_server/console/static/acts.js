/* The commands that have a button and a key.

   *Next* stands at the left end and *finish* at the right: no hand that has just pressed one can
   press the other. The buttons are drawn once and only change their words, so that nothing moves
   and the focus stays. */

import { element } from "../web/draw.js";
import { facts } from "../web/words.js";
import { kbd } from "./dialogs.js";
import { called, closed, free, grace, idle, missed, stopped } from "./may.js";
import { menu } from "./menu.js";
import * as questions from "./questions.js";
import { say } from "./sayings.js";
import { pause } from "./window_questions.js";

const HERE = { window: facts.window };
/** A window whose machine says nothing for so long counts as lost (ms). */
const LEASE = 90_000;

/** The buttons, in the order of their places. */
const BUTTONS = [
  { id: "recall", key: "F3", label: () => say("Call again"), able: called, act: (at) => at.do("recall", HERE) },
  {
    id: "no_show",
    key: "F6",
    label: () => say("No-show"),
    able: missed,
    more: (at) => (called(at) ? "" : soon(at)),
    act: (at) => at.do("no_show", HERE),
  },
  { id: "hold", key: "F7", label: () => say("Hold"), able: idle, act: questions.hold },
  { id: "transfer", key: "F9", label: () => say("Send on"), able: idle, act: questions.transfer },
  {
    id: "pause",
    key: "F10",
    label: ({ picture }) => (picture.state === "paused" ? say("Go on") : say("Pause")),
    able: closed,
    act: (at) => (at.picture.state === "paused" ? goOn(at) : pause(at)),
  },
  { id: "more", key: "F1", label: () => say("More"), able: () => "", always: true, act: menu },
  {
    id: "next",
    key: "F2",
    label: () => say("Call next"),
    able: (at) => free(at) || (at.picture.waiting ? "" : nobody(at)),
    more: (at) => (at.picture.queue[0] && !free(at) ? at.picture.queue[0].ticket : free(at) || nobody(at)),
    act: (at) => at.do("call_next", HERE),
  },
  { id: "start", key: "F4", label: startLabel, able: startable, act: start },
  { id: "finish", key: "F8", label: () => say("Finish"), able: idle, act: questions.finish },
];

/** What is missing before a no-show may be recorded, in few words. */
function soon(at) {
  const { calls, seconds } = grace(at);
  if (calls) return say("F3 first");
  return seconds ? say("in {seconds} s", { seconds }) : "";
}

function nobody({ picture }) {
  return picture.auto ? say("Calls by itself") : say("Nobody is waiting.");
}

function startLabel({ picture, serving }) {
  if (picture.state === "closed") return say("Open the window");
  return picture.state === "paused" && !serving ? say("Go on") : say("Start serving");
}

/** F4 begins whatever can begin: the window, the work after a pause, the visit. */
function startable(at) {
  const { picture, serving } = at;
  if (picture.today.state === "closed") return say("The hall is closed.");
  if (picture.state === "closed" || (picture.state === "paused" && !serving)) return "";
  return called(at);
}

function start(at) {
  if (at.picture.state === "closed") return open(at, { auto: at.auto() });
  return at.picture.state === "paused" && !at.serving ? goOn(at) : at.do("start", HERE);
}

function goOn(at) {
  return at.do("unpause", HERE);
}

/** Sit down; the lease makes sure that a machine that dies is noticed. */
export function open(at, { auto = false, lanes = [] } = {}) {
  return at.do("open_window", { ...HERE, lease: LEASE, auto, lanes });
}

export class Acts {
  #at;
  #buttons = new Map();
  #act;

  /** `at()` is how things stand; `act(action)` does something. */
  constructor(place, at, act) {
    this.#at = at;
    this.#act = act;
    for (const one of BUTTONS) place.append(this.#button(one));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  #button(one) {
    const label = element("span", { class: "label" });
    const more = element("span", { class: "more" });
    const second = element("span", { class: "second" }, kbd(one.key), more);
    const made = element("button", { type: "button", id: one.id, "aria-keyshortcuts": one.key }, label, second);
    made.addEventListener("click", () => this.#act(one));
    this.#buttons.set(one, { made, label, more });
    return made;
  }

  /** Say on each button what it does now, and whether it can. */
  draw() {
    const at = this.#at();
    for (const [one, { made, label, more }] of this.#buttons) {
      const why = this.why(one, at);
      write(label, one.label(at));
      write(more, one.more?.(at) || "");
      attribute(made, "aria-disabled", String(Boolean(why)));
      attribute(made, "title", why);
    }
  }

  /** As if the button had been pressed. */
  press(id) {
    this.#act(BUTTONS.find((one) => one.id === id));
  }

  why(one, at) {
    return one.always ? "" : stopped(at) || one.able(at);
  }

  #key(event) {
    const pressed = event.key.toUpperCase();
    const one = BUTTONS.find(({ key }) => key === pressed);
    const undo = pressed === "Z" && event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!one && !undo) return;
    const writing = event.target.matches?.("input, textarea");
    if (undo ? writing : event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) return;
    event.preventDefault();
    if (event.repeat) return;
    if (undo) this.#act({ id: "undo", undo: true });
    else this.#act(one);
  }
}

function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function attribute(made, name, value) {
  if (made.getAttribute(name) !== value) made.setAttribute(name, value);
}
