/* What is drawn again and again on a kiosk: icons of its own, buttons, ranges, names. */

import { element, icon } from "../../web/draw.js";
import { nameIn } from "../../web/words.js";

const icons = new URL("icons.svg", import.meta.url).pathname;

/** An icon of this folder. */
export function sign(name) {
  return icon(name, icons);
}

/** A button: `button({ class: "tile" }, then, child, …)`. */
export function button(attributes, then, ...children) {
  const made = element("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", then);
  return made;
}

/** The heading of a view, to which the focus goes when the view comes. */
export function heading(...children) {
  return element("h1", { tabindex: "-1" }, ...children);
}

/** The name of a thing, marked as Chinese where there is no other. */
export function named(kiosk, thing, tag = "span", attributes = {}) {
  const text = nameIn(kiosk.language, thing);
  const foreign = text === thing.name && !kiosk.language.startsWith("zh");
  return element(tag, foreign ? { ...attributes, lang: "zh-CN" } : attributes, text);
}

/** How long, in words; nobody knows while no window is open. */
export function range(kiosk, expected) {
  const { say } = kiosk;
  return expected ? say("About {low}–{high} min", expected) : say("No window is open for this now");
}

/** Which of a lane's windows, in words: `1、2、3 号窗口`. */
export function windows(kiosk, numbers) {
  const { say } = kiosk;
  const comma = kiosk.language.startsWith("zh") ? "、" : ", ";
  return numbers.length ? say("Windows: {numbers}", { numbers: numbers.join(comma) }) : "";
}

/** Set a text only where it changed: a screen reader is told of nothing else. */
export function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
