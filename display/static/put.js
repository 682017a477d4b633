/* Draw a part of a page, but only when it would look different: what somebody reads stays. */

import { element, fill } from "../web/draw.js";

const drawn = new Map();

/** Put content into the element of an id; an empty part is hidden when `hides` says so. */
export function put(id, content, hides = false) {
  const place = document.getElementById(id);
  const made = element("div", {}, ...[content].flat());
  if (hides) place.hidden = !made.childNodes.length;
  if (drawn.get(id) === made.innerHTML) return false;
  drawn.set(id, made.innerHTML);
  fill(place, ...made.childNodes);
  return true;
}
