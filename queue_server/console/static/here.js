/* Who is at the window: each part answers with the elements of one place. */

import { element, icon } from "../web/draw.js";
import { languages } from "../web/words.js";
import { grace } from "./may.js";
import { PAUSES, className, laneName, reasonIn, say, servicesIn, time } from "./sayings.js";

/** The state of the window, in a word and an icon. */
export function state({ picture, serving }) {
  const { state: now, today, reason, since } = picture;
  if (today.state === "closed") return chip("closed", say("The hall is closed"));
  if (now === "closed") return chip("closed", say("Window closed"));
  if (now === "paused") {
    const words = { reason: reasonIn(PAUSES, reason) || say("Pause"), time: time(since) };
    return chip("paused", say("Paused since {time}: {reason}", words));
  }
  if (serving) return chip("serving", say("With a visitor"));
  return picture.auto ? chip("open", say("Free, calls by itself")) : chip("open", say("Free"));
}

function chip(kind, text) {
  return element("span", { class: kind }, icon(kind), text);
}

/** Who is at the window, or why nobody is. */
export function visitor(at) {
  const { picture, serving } = at;
  if (serving) return [number(serving), element("div", { class: "how" }, ...how(serving))];
  return element("p", { class: "empty" }, ...empty(at));
}

function number({ ticket }) {
  return element("p", { class: "number" }, ticket);
}

/** Beside the number: its class, its state, and whether the call has reached people. */
function how(serving) {
  const name = className(serving.class);
  const class_ = name ? element("p", {}, element("span", { class: `class ${serving.class}` }, name)) : "";
  return [class_, standing(serving), delivery(serving)];
}

function standing({ state: now, calls }) {
  if (now === "serving") return element("p", { class: "standing serving" }, icon("serving"), say("Being served"));
  const words = calls > 1 ? say("Called {calls} times", { calls }) : say("Called");
  return element("p", { class: "standing called" }, icon("called"), words);
}

function empty({ picture, mine }) {
  if (picture.today.state === "closed") return [say("The hall is closed. Its windows open with it.")];
  if (picture.state === "closed") return [say("The window is closed."), hint(say("F4 opens it."))];
  if (!mine) return [say("A colleague works at this window.")];
  if (picture.state === "paused") return paused(picture);
  if (!picture.waiting) return [say("Nobody is waiting.")];
  return [say("Free."), hint(say("F2 calls {ticket}.", { ticket: picture.queue[0].ticket }))];
}

function paused({ lost }) {
  if (!lost) return [say("Paused."), hint(say("F4 goes on."))];
  return [
    say("This computer did not answer for a while, so the window was paused."),
    hint(say("F4 goes on.")),
  ];
}

function hint(text) {
  return element("span", { class: "hint" }, text);
}

/** What the visitor comes for, and what a clerk should know. */
export function about({ serving }) {
  if (!serving) return [];
  const { note } = serving;
  return [
    element("p", { class: "services" }, servicesIn(serving.services)),
    note ? element("p", { class: "handed" }, element("span", {}, say("Note")), element("b", {}, note)) : null,
    steps(serving),
    element("p", { class: "notes" }, ...notes(serving).map(named)),
  ];
}

function named([label, words]) {
  return element("span", {}, element("i", {}, label), words);
}

function notes({ on_behalf: behalf, language, come_back_to: back, misses, booking, entered }) {
  const told = [];
  if (behalf) told.push([say("On behalf of"), behalf]);
  if (booking) told.push([say("Booked"), time(entered)]);
  if (back) told.push([say("Afterwards"), say("back to window {window}", { window: back })]);
  if (misses) told.push([say("Missed before"), say("{misses} times", { misses })]);
  if (language && !language.startsWith("zh")) told.push([say("Language"), languageName(language)]);
  return told;
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames([languages[0]], { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}

/** The stops of a one-thing visit (一件事). */
function steps({ steps: all, step }) {
  if (!all.length) return null;
  const list = all.map(({ lane, services, done }, index) => {
    const now = index === step - 1;
    const kind = done ? "done" : now ? "now" : "then";
    const words = done ? say("done") : now ? say("here") : "";
    return element(
      "li",
      { class: kind, ...(now ? { "aria-current": "step" } : {}), title: servicesIn(services) },
      done ? icon("open") : null,
      element("b", {}, laneName(lane)),
      words ? element("span", {}, words) : null,
    );
  });
  return element("ol", { class: "steps", "aria-label": say("Stops of this visit") }, ...list);
}

/** Whether the call has reached people: 已播报✓ 已上屏✓. */
function delivery({ state: now, announced, shown, awaited, missing }) {
  const sorts = [
    ["voice", announced, say("Announced"), say("Not announced: call it out"), say("Announcing …")],
    ["screen", shown, say("On the screens"), say("Not on a screen: call it out"), say("To the screens …")],
  ];
  const told = sorts.map(([sort, well, good, bad, soon]) => {
    if (well) return element("span", { class: "good" }, icon("open"), good);
    if (now !== "called") return null;
    if (missing.includes(sort)) return element("span", { class: "bad" }, icon("notice"), bad);
    return awaited.includes(sort) ? element("span", { class: "soon" }, icon("waiting"), soon) : null;
  });
  return element("p", { class: "delivery" }, ...told.filter(Boolean));
}

/** How long: since the call, or since the visitor came; with what is left of the grace. */
export function clock(at) {
  const { serving, now } = at;
  if (!serving) return null;
  const being = serving.state === "serving";
  const span = element("b", {}, lasting(now() - (being ? serving.started : serving.called)));
  const { calls, seconds } = grace(at);
  const words = being ? say("at the window") : graceWords(calls, seconds);
  return [span, element("span", {}, words)];
}

function graceWords(calls, seconds) {
  if (calls) return say("since the call; call again before it counts as missed");
  if (seconds) return say("since the call; missed in {seconds} s", { seconds });
  return say("since the call; may be recorded as missed");
}

/** `1:05`, or `1:02:03`. */
export function lasting(ms) {
  const all = Math.max(0, Math.floor(ms / 1000)) || 0;
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export function served({ picture }) {
  const { served: number_, quick } = picture;
  return quick ? say("{served} served today, {quick} without a number", { served: number_, quick }) : say("{served} served today", { served: number_ });
}
