/* What a page tells about its line: nothing while all is well, and calmly how old it is if not. */

import { hourAndMinute } from "./clock.js";
import { element, fill, icon } from "./draw.js";
import { facts, speaker } from "./words.js";

/** A line that is back within this time was never away (ms). */
const UNNOTICED = 2_500;

/** An `onLine` for `watch` that shows the state of the line in an element; see base.html. */
export function tellLine(place, language = undefined) {
  const say = speaker(language);
  let timer = 0;
  let latest = null;
  place.setAttribute("role", "status");

  function show() {
    clearTimeout(timer);
    timer = 0;
    place.hidden = latest.state === "live";
    if (!place.hidden) fill(place, icon("away"), element("span", {}, sentence(say, latest)));
  }

  return (line) => {
    latest = line;
    if (line.state === "live" || line.state === "stopped" || !place.hidden) show();
    else timer = timer || setTimeout(show, UNNOTICED);
  };
}

function sentence(say, line) {
  if (line.state === "stopped") return reason(say, line);
  if (!line.heard) return say("Connecting …");
  const time = hourAndMinute(line.heard, document.documentElement.lang, facts.timezone);
  return say("As it was at {time}. Reconnecting …", { time });
}

function reason(say, line) {
  switch (line.code) {
    case 4501:
      return say("You are not signed in any more.");
    case 4503:
      return say("This may not be shown here.");
    case 4504:
      return say("There is nothing to show here today.");
    case 4510:
      return say("This day is over.");
    default:
      return say("This page cannot be shown.");
  }
}
