/* Who comes next and why, who needs help, who was put aside, and who waits in which lane. */

import { element, icon } from "../web/draw.js";
import { HOLDS, className, laneName, reasonIn, say, servicesIn, time, why, windowName } from "./sayings.js";

const MINUTE = 60_000;
/** What real halls aim at, and where they raise an alarm. */
const TARGET = 15 * MINUTE;
const ALARM = 30 * MINUTE;
const MANY = 10;
const MOST_NEXT = 20;

/** Who comes next, and why: the first in full, the others in a line. */
export function queue({ picture }) {
  const { queue: all, waiting } = picture;
  if (!all.length) return [element("li", { class: "none" }, say("Nobody is waiting."))];
  const rows = all.slice(0, MOST_NEXT).map((one, index) => next(one, index));
  const more = waiting - rows.length;
  return more > 0 ? [...rows, element("li", { class: "none" }, say("and {more} more", { more }))] : rows;
}

function next(one, index) {
  const name = className(one.class);
  const reasons = why(one);
  return element(
    "li",
    { "data-ticket": one.ticket, class: index ? "" : "first" },
    element("b", {}, one.ticket),
    element(
      "span",
      { class: "for" },
      name ? element("span", { class: `class ${one.class}` }, name) : null,
      servicesIn(one.services),
    ),
    element("span", { class: "why" }, reasons.join(say("; "))),
  );
}

/** Colleagues who need somebody, and numbers that were left behind: each with a way to help. */
export function calls(at, act) {
  const { assists, left, assist, helper } = at.picture;
  return [
    ...(assist && at.mine ? [own(assist, helper, act)] : []),
    ...left.map((one) =>
      alert("notice", say("{ticket} is left at window {window}", one), say("Have a look"), () => act("left", one)),
    ),
    ...assists.map((one) => {
      const words = { window: one.window, name: windowName(one.window) };
      if (one.assist === "asked") {
        return alert("called", say("Window {window} asks for help", words), say("I am coming"), () => act("help", one));
      }
      const mine = one.helper === at.picture.window;
      return mine ? alert("open", say("You help at window {window}", words), say("Help given"), () => act("helped", one)) : null;
    }),
  ].filter(Boolean);
}

function own(assist, helper, act) {
  const coming = say("Window {window} is coming to help", { window: helper });
  const words = assist === "asked" ? say("Waiting for a colleague") : /^\d/.test(helper) ? coming : say("A colleague is coming");
  return alert("called", words, say("The help is over"), () => act("over"));
}

function alert(kind, words, label, act) {
  const button = element("button", { type: "button" }, label);
  button.addEventListener("click", act);
  return element("p", { class: "alert" }, icon(kind), element("span", {}, words), button);
}

/** Who is put aside here. */
export function aside({ picture }, act) {
  const { held, missed } = picture;
  if (!held.length && !missed.length) return [];
  const told = [
    ...held.map((one) => `${one.ticket} ${reasonIn(HOLDS, one.reason)}${due(one)}`.trim()),
    ...missed.map((one) => say("{ticket} missed", one)),
  ];
  const button = element("button", { type: "button" }, say("On hold and missed"));
  button.addEventListener("click", () => act("aside"));
  return [button, element("span", {}, told.join(" · "))];
}

function due({ due: at }) {
  return at ? ` ${say("until {time}", { time: time(at) })}` : "";
}

/** Who waits in the lanes of this window: how many, and how long the first. */
export function lanes({ picture, now }) {
  return picture.serves.map(({ lane, waiting, oldest }) => {
    const wait = oldest ? Math.max(0, now() - oldest) : 0;
    const kind = !waiting ? "none" : wait > ALARM || waiting > MANY ? "bad" : wait > TARGET ? "warn" : "good";
    return element(
      "li",
      { class: kind, "data-lane": lane },
      element("span", { class: "named" }, laneName(lane)),
      element("b", {}, String(waiting)),
      element("span", { class: "long" }, ...howLong(kind, wait)),
    );
  });
}

function howLong(kind, wait) {
  if (kind === "none") return [say("nobody")];
  const minutes = Math.floor(wait / MINUTE);
  const words = minutes ? say("up to {minutes} min", { minutes }) : say("under a minute");
  return kind === "good" ? [words] : [icon(kind === "bad" ? "notice" : "waiting"), words];
}
