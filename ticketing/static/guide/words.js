/* How the desk speaks of tickets, windows, devices and times. */

import { hourAndMinute } from "../../web/clock.js";
import { element } from "../../web/draw.js";
import { facts, languages, nameIn, speaker } from "../../web/words.js";

export const language = languages[0];
export const say = speaker(language);

export const named = (thing) => (thing ? nameIn(language, thing) : "");
export const time = (at) => hourAndMinute(at, language, facts.timezone);

/** Several things in a row, each once. */
export function list(all) {
  return [...new Set(all.filter(Boolean))].join(language.startsWith("zh") ? "、" : ", ");
}

const HAN = /\p{Script=Han}+(?:[\p{Script=Han}、，（）·“” ]*\p{Script=Han})?/gu;

/** Mark what stays Chinese on a page in another language: a screen reader must know. */
export function marked(root) {
  if (language.startsWith("zh")) return root;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) if (walk.currentNode.data.match(HAN)) texts.push(walk.currentNode);
  for (const text of texts.filter((one) => !one.parentElement?.closest("[lang='zh-CN']"))) {
    const rest = text.data.split(HAN);
    const found = text.data.match(HAN);
    text.replaceWith(...rest.flatMap((one, at) => (at ? [chinese(found[at - 1]), one] : [one])));
  }
  return root;
}

function chinese(text) {
  return element("span", { lang: "zh-CN" }, text);
}

export function services(row) {
  return list((row.services || []).map(named));
}

/** What state a ticket is in: an icon of icons.svg and a word. */
export function standing(row) {
  const { window } = row;
  switch (row.state) {
    case "waiting":
      if (row.away) return ["away", say("Stepped out")];
      if (row.due) return ["held", say("Waits until {time}", { time: time(row.due) })];
      return ["waiting", say("Waiting")];
    case "called":
      return ["called", say("Called to window {window}", { window })];
    case "serving":
      return ["serving", say("At window {window}", { window })];
    case "held":
      return ["held", say("On hold")];
    case "no_show":
      return ["missed", say("Missed")];
    case "served":
      return ["open", say("Visit done")];
    case "cancelled":
      return ["closed", say("Cancelled")];
    default:
      return ["closed", say("Day over")];
  }
}

/** People ahead. */
export function ahead(count) {
  return count ? say("{count} ahead", { count }) : say("Nobody ahead");
}

/** A range in minutes, or that nobody knows. */
export function range(expected) {
  return expected
    ? say("about {low}–{high} min", expected)
    : say("no window is open for it");
}

export function source(id) {
  const [sort, number] = id.split("-");
  if (sort === "kiosk") return number ? say("Kiosk {number}", { number }) : say("Kiosk");
  if (sort === "guide") return say("Guide desk");
  return id;
}

export function deviceSort(sort) {
  switch (sort) {
    case "printer":
      return say("Printer");
    case "screen":
      return say("Screen");
    case "voice":
      return say("Voice");
    case "kiosk":
      return say("Kiosk");
    case "reader":
      return say("Card reader");
    case "caller":
      return say("Caller");
    default:
      return sort || say("Device");
  }
}

export function deviceState(state) {
  switch (state) {
    case "ok":
      return say("Works");
    case "warning":
      return say("Needs care soon");
    case "lost":
      return say("Not heard of");
    default:
      return say("Does not work");
  }
}

/** Why somebody is let into the green channel; what is chosen is kept with the ticket. */
export const greenReasons = () => [
  say("Aged 60 or over"),
  say("Disability"),
  say("Pregnant or with a baby"),
  say("Serious illness"),
  say("Soldier, veteran or family"),
];
