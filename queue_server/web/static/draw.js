/* Drawing: elements, the same words in several languages, icons, text that fits its place. */

import { speaker } from "./words.js";

/** An element: `element("p", { class: "x", lang: "en" }, child, "text", …)`. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The same thing in each language, as spans; `words` gets a speaker and the language. */
export function each(wanted, words) {
  const all = document.createDocumentFragment();
  wanted.forEach((language, index) => {
    const text = words(speaker(language), language);
    if (text) all.append(element("span", { lang: language, class: index ? "second" : "first" }, text));
  });
  return all;
}

const SVG = "http://www.w3.org/2000/svg";
const icons = new URL("icons.svg", import.meta.url).pathname;

/** An icon of icons.svg, or of another such sheet. It only goes along with a word: a screen reader
 * passes it over. */
export function icon(name, sheet = icons) {
  const made = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sheet}#${name}`);
  made.append(use);
  return made;
}

/** Put children in the place of whatever an element had. */
export function fill(parent, ...children) {
  parent.textContent = "";
  parent.append(...children.filter((child) => child !== null && child !== undefined));
}

/** Make the text of a box smaller, down to a share of its size, until its children fit into it. */
export function fit(box, least = 0.4) {
  box.style.fontSize = "";
  const size = parseFloat(getComputedStyle(box).fontSize);
  for (let share = 0.95; spills(box) && share >= least; share -= 0.05) {
    box.style.fontSize = `${size * share}px`;
  }
}

function spills(box) {
  // scrollHeight is no good here: Chinese glyphs reach out of their lines, where nobody minds.
  const places = Array.from(box.children, (child) => child.getBoundingClientRect());
  const bottom = Math.max(...places.map((one) => one.bottom));
  const top = Math.min(...places.map((one) => one.top));
  return box.scrollWidth > box.clientWidth + 1 || bottom - top > box.clientHeight + 1;
}
