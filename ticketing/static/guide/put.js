/* Drawing a part again only when it would look different, without taking anybody's place away. */

import { element, fill } from "../../web/draw.js";
import { marked } from "./words.js";

const drawn = new WeakMap();

/** Draw a part; whoever was on one of its buttons stays there, and what was opened stays open. */
export function put(place, ...content) {
  const made = marked(element("div", {}, ...content.flat()));
  const text = made.innerHTML;
  if (drawn.get(place) === text) return;
  drawn.set(place, text);
  const on = place.contains(document.activeElement) ? same(document.activeElement) : "";
  const open = [...place.querySelectorAll("details[open]")].map((one) => one.className);
  fill(place, ...made.childNodes);
  place.querySelectorAll("details").forEach((one) => (one.open = open.includes(one.className)));
  if (on) place.querySelector(on)?.focus();
}

/** How to find a button again: by what it does. */
function same({ dataset }) {
  const all = Object.entries(dataset);
  return all.map(([name, value]) => `[data-${name}="${CSS.escape(value)}"]`).join("");
}
