/* The desk is worked by keys: a hot key presses whatever shows it, and the search box is home. */

const COARSE = matchMedia("(hover: none) and (pointer: coarse)");

/** Listen; `leave()` goes one step back, `parts()` are the places that F6 goes round. */
export function listen(query, leave, parts) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") leave();
    else if (event.key === "F6") round(parts(), event.shiftKey);
    else if (!hot(event)) return typed(event, query);
    event.preventDefault();
  });
}

/** Back to the search box; on a tablet that would lay a keyboard over everything. */
export function home(query) {
  if (!COARSE.matches) query.focus();
}

function hot({ key, repeat }) {
  const shown = document.querySelectorAll(`[data-hotkey="${CSS.escape(key)}"]`);
  const wanted = [...shown].find((one) => one.offsetParent);
  // Whoever holds a key down means it once.
  if (wanted && !repeat) wanted.matches("input") ? wanted.focus() : wanted.click();
  return Boolean(wanted);
}

function round(places, backward) {
  const stops = places
    .map((place) => [place, first(place)])
    .filter(([, stop]) => stop);
  const here = stops.findIndex(([place]) => place.contains(document.activeElement));
  const next = (here + (backward ? stops.length - 1 : 1)) % stops.length;
  stops[next]?.[1].focus();
}

function first(place) {
  const stops = place.matches("input") ? [place] : place.querySelectorAll("button, input, summary, a");
  return [...stops].find((one) => one.offsetParent);
}

/** Whatever is typed where nothing can be typed is meant for the search box; a scanner's too. */
function typed({ key }, query) {
  const at = document.activeElement;
  const types = at?.matches("input:not([type=radio])");
  if (!types && key.length === 1 && key !== " ") query.focus();
}
