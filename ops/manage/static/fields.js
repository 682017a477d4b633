/* The parts of forms: fields with a label, choices, and buttons that do something. */

import { element } from "../web/draw.js";

let count = 0;

/** A button that does something; it is off while the line is down. */
export function doer(words, does, look = "") {
  const made = element("button", { type: "button", class: look, "data-does": "" }, words);
  made.addEventListener("click", does);
  return made;
}

/** A label above its field. */
export function field(words, input, hint = "") {
  const id = input.id || `field-${++count}`;
  input.id = id;
  const more = hint ? element("small", { id: `${id}-hint` }, hint) : null;
  if (more) input.setAttribute("aria-describedby", more.id);
  return element("p", { class: "field" }, element("label", { for: id }, words), input, more);
}

/** A choice of one: `[[value, words], …]`. */
export function choice(options, chosen = "") {
  const made = element("select", {}, ...options.map(([value, words]) => element("option", { value }, words)));
  made.value = chosen;
  return made;
}

/** Boxes to be ticked, `[[value, words], …]`, under one heading; `ticked()` answers with values. */
export function boxes(words, options, chosen) {
  const inputs = options.map(([value]) => {
    const input = element("input", { type: "checkbox", value });
    input.checked = chosen.includes(value);
    return input;
  });
  const labels = options.map(([, name], index) => element("label", { class: "box" }, inputs[index], element("span", {}, name)));
  const made = element("fieldset", {}, element("legend", {}, words), element("div", { class: "boxes" }, ...labels));
  return { made, ticked: () => inputs.filter((one) => one.checked).map((one) => one.value) };
}
