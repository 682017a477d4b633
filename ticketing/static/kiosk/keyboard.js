/* Our own keyboard: letters for pinyin and initials, digits for codes, large enough for any finger. */

import { element, fill } from "../../web/draw.js";
import { button, sign } from "./draw.js";

const ROWS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm-"];

/** Draw it; `input()` is what is typed into, `hide` puts it away. Keys never take the focus from where it is. */
export function keyboard(place, input, say, hide) {
  const key = (letter) =>
    button({ class: "key" }, () => type(input(), input().value + letter), letter.toUpperCase());
  const erase = button(
    { class: "key wide", "aria-label": say("Delete one letter") },
    () => type(input(), input().value.slice(0, -1)),
    sign("erase"),
  );
  const away = button({ class: "key wide" }, hide, sign("hide"), say("Hide keyboard"));
  const rows = ROWS.map((row) => element("div", { class: "row" }, ...[...row].map(key)));
  rows[0].classList.add("digits");
  rows[2].append(erase);
  rows[3].append(away);
  fill(place, ...rows);
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", say("Keyboard"));
  // A finger on a key must not close what the input's focus has opened.
  place.onmousedown = (event) => event.preventDefault();
}

function type(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
