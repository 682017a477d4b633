/* What is asked about the visit at the window: how it ends, why it waits, where it goes on. */

import { element } from "../web/draw.js";
import { facts, languages, nameIn } from "../web/words.js";
import * as d from "./dialogs.js";
import * as f from "./fields.js";
import { HOLDS, OUTCOMES, laneName, say, servicesIn } from "./sayings.js";

const MINUTE = 60_000;
const MOST_FOUND = 9;
const HERE = { window: facts.window };
let services = null;

/** How the visit ends: 受理, 补正, 不予受理, … */
export async function finish(at) {
  const { ticket, services: asked } = at.serving;
  const several = asked.length > 1 ? [done(asked)] : [];
  const answer = await d.ask({
    ...at,
    title: say("Finish {ticket}", { ticket }),
    text: servicesIn(asked),
    fields: [...several, d.row(f.people(), f.note())],
    options: d.numbered(OUTCOMES),
  });
  if (!answer) return;
  const { form, value } = answer;
  const chosen = several.length ? { services: form.getAll("service") } : {};
  at.do("finish", { ...HERE, outcome: value, persons: f.persons(form), note: form.get("note").trim(), ...chosen });
}

function done(asked) {
  const ticks = asked.map((one) => d.tick("service", nameIn(languages[0], one), true, one.service));
  return element("fieldset", {}, element("legend", {}, say("What was done")), ...ticks);
}

export async function hold(at) {
  const until = [
    ["0", say("Until I bring it back")],
    ...[10, 20, 30, 60].map((minutes) => [String(minutes), say("For {minutes} minutes", { minutes })]),
  ];
  const answer = await d.ask({
    ...at,
    title: say("Hold {ticket}", at.serving),
    text: say("The visitor need not take a new number."),
    fields: [d.row(d.field(say("How long"), d.one("until", until)), f.other())],
    options: d.numbered(HOLDS),
  });
  if (!answer) return;
  const minutes = Number(answer.form.get("until"));
  const time = minutes ? { until: Math.round(at.now() + minutes * MINUTE) } : {};
  at.do("hold", { ...HERE, reason: f.own(answer), ...time });
}

export async function requeue(at) {
  const later = [5, 10, 20].map((minutes) => [String(minutes), say("In {minutes} minutes", { minutes })]);
  const answer = await d.ask({
    ...at,
    title: say("{ticket} back into the queue", at.serving),
    options: d.numbered([
      ["same", say("In the same place"), say("Called next again, perhaps by another window")],
      ["end", say("At the end")],
      ...later,
    ]),
  });
  if (!answer) return;
  const minutes = Number(answer.value);
  at.do("requeue", minutes ? { ...HERE, after: minutes } : { ...HERE, place: answer.value });
}

/** To a lane by a digit, or to a window by its name; place, note and return are said before. */
export async function transfer(at) {
  const windows = facts.windows.filter(({ window }) => window !== facts.window);
  const named = windows.map((one) => [one.window, `${one.window} · ${nameIn(languages[0], one)}`]);
  const places = [
    ["own", say("Its own place")],
    ["first", say("First in line")],
    ["end", say("At the end")],
  ];
  const fields = [
    d.row(
      d.field(say("Place in the queue"), d.one("place", places)),
      d.field(say("Or to one window"), d.one("to", [["", say("No, to a queue")], ...named])),
    ),
    d.field(say("Note for the next window"), d.text("note")),
    d.tick("back", say("Comes back to this window afterwards")),
  ];
  const lanes = facts.lanes.filter(({ lane }) => lane !== at.serving.lane);
  const answer = await d.ask({
    ...at,
    title: say("Send {ticket} on", at.serving),
    fields,
    ...f.watching((waiting, offer, form) => toWindow(form, offer, f.lanesAsOptions(lanes, waiting))),
  });
  if (!answer) return;
  const { form, value } = answer;
  const to = form.get("to") ? { to_window: form.get("to") } : { lane: value };
  const more = { place: form.get("place"), note: form.get("note").trim(), come_back: form.has("back") };
  at.do("transfer", { ...HERE, ...to, ...more });
}

/** When a window is chosen, there is one way to go. */
function toWindow(form, offer, lanes) {
  const select = form.elements.to;
  const chosen = select.value;
  offer(chosen ? [{ value: "", label: say("To window {window}", { window: chosen }), key: "1" }] : lanes);
  select.onchange = () => toWindow(form, offer, lanes);
}

/** One more service in the same visit, found by a part of its name or code. */
export async function addStep(at) {
  const { ticket, steps, services: asked } = at.serving;
  const answer = await d.ask({
    ...at,
    title: say("One more service for {ticket}", { ticket }),
    text: say("After this window the visitor goes on there with the same number."),
    fields: [d.field(say("Which service"), d.text("find", { autofocus: "", type: "search" }))],
    begun: async (offer, form) => {
      const { find } = form.elements;
      find.oninput = () => offer(found(find.value, asked));
      services = services || (await listed());
      find.oninput();
    },
  });
  if (answer) at.do("add_step", { ticket, service: answer.value }, `${ticket} ${steps.length} ${answer.value}`);
}

async function listed() {
  try {
    const answer = await fetch(`/${facts.hall}/services`);
    return answer.ok ? (await answer.json()).services : null;
  } catch {
    return null;
  }
}

function found(text, without) {
  const wanted = text.trim().toLowerCase();
  const hidden = new Set(without.map(({ service }) => service));
  return (services || [])
    .filter(([code, name, english]) => `${code} ${name} ${english}`.toLowerCase().includes(wanted) && !hidden.has(code))
    .slice(0, MOST_FOUND)
    .map(([code, name, english, lane_]) => ({
      value: code,
      label: nameIn(languages[0], { name, name_en: english }),
      more: laneName(lane_),
    }));
}
