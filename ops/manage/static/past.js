/* The hall's screens as they were: choose a moment, and go on by seconds or by what happened. */

import { element, fill } from "../web/draw.js";
import { facts } from "../web/words.js";
import { ask, trouble } from "./ask.js";
import { place, say } from "./say.js";

const SECOND = 1000;
const pages = new Map(facts.screens);
const asked = new URLSearchParams(location.search);
let shown = { at: 0, before: 0, next: 0, day: "" };
let turn = 0;
/** What was pressed last, on its way or done. */
let done = Promise.resolve();
/** Whether somebody is in the middle of writing a moment. */
let writing = false;

/** The day that is looked at; "" while none is. */
export const day = () => shown.day;

for (const [picture] of facts.screens) place("screen").append(element("option", { value: picture }, named(picture)));
if (pages.has(asked.get("screen"))) place("screen").value = asked.get("screen");

const steps = [
  [say("Event before"), () => shown.before],
  [say("− 1 min"), () => shown.at - 60 * SECOND],
  [say("− 1 s"), () => shown.at - SECOND],
  [say("+ 1 s"), () => shown.at + SECOND],
  [say("+ 1 min"), () => shown.at + 60 * SECOND],
  [say("Next event"), () => shown.next],
].map(([words, where]) => {
  const button = element("button", { type: "button" }, words);
  button.addEventListener("click", () => step(where));
  return { button, where };
});
place("steps").append(...steps.map(({ button }) => button));
place("screen").addEventListener("change", () => step(() => shown.at));
place("moment").addEventListener("submit", (event) => {
  event.preventDefault();
  writing = false;
  choose(place("at").value);
});
place("at").addEventListener("input", () => (writing = true));

begin();

async function begin() {
  if (asked.get("at")) return choose(asked.get("at"));
  const answer = await ask("/position");
  // Whoever has chosen a moment by now does not want the present one.
  if (turn || writing) return undefined;
  if (answer?.status !== 200) return tell(trouble(answer));
  return choose(answer.told.now);
}

/** Go to a moment, wherever one is and whatever is on its way. */
function choose(at) {
  turn += 1;
  done = look(at, turn);
}

/** Go on from where all that was pressed before has led, until another moment is chosen. */
function step(where) {
  const mine = turn;
  const go = () => mine === turn && look(where(), mine);
  done = done.then(go, go);
}

/** Show the chosen screen at a moment: Unix ms, or the hall's own time. */
async function look(at, mine) {
  const picture = place("screen").value;
  const answer = await ask(`/past/${encodeURIComponent(picture)}`, { at: at || "-" });
  if (mine !== turn) return;
  const wrong = answer?.told.field === "at";
  place("at").setAttribute("aria-invalid", wrong);
  if (answer?.status !== 200) return tell(wrong ? say("Please choose a moment that has been.") : trouble(answer, { 404: say("Nothing is kept of that moment.") }));
  shown = answer.told.past;
  if (!writing) place("at").value = local(shown.at);
  const query = new URLSearchParams({ at: shown.at, day: shown.day });
  // Not one more step back for every second.
  place("shown").contentWindow.location.replace(`${pages.get(picture)}?${query}`);
  history.replaceState(null, "", `?${new URLSearchParams({ at: shown.at, screen: picture })}`);
  steps.forEach(({ button, where }) => (button.disabled = !where()));
  tell("");
  document.body.dataset.ready = "";
}

/** The hall's own time, as the field has it. */
function local(at) {
  const parts = { dateStyle: "short", timeStyle: "medium", timeZone: facts.timezone };
  return new Intl.DateTimeFormat("sv-SE", parts).format(at).replace(" ", "T");
}

function named(picture) {
  const [kind, name] = picture.split(":");
  if (kind === "board") return say("Board");
  return kind === "zone" ? say("Zone {zone}", { zone: name }) : say("Sign of window {window}", { window: name });
}

function tell(words) {
  fill(place("trouble"), words);
}
