/* What is asked about the window: why it pauses, whom it calls, which lanes it serves. */

import { element, fill } from "../web/draw.js";
import { facts, languages, nameIn } from "../web/words.js";
import * as d from "./dialogs.js";
import * as f from "./fields.js";
import { HELP, HOLDS, OUTCOMES, PAUSES, className, say, servicesIn } from "./sayings.js";

const HERE = { window: facts.window };

export async function pause(at) {
  const answer = await d.ask({
    ...at,
    about: "",
    title: say("Pause the window"),
    text: at.serving
      ? say("{ticket} may be finished; nobody else is called.", at.serving)
      : say("The sign says that the window is paused; nobody is called."),
    fields: [f.other()],
    options: d.numbered(PAUSES),
  });
  if (answer) at.do("pause", { ...HERE, reason: f.own(answer) });
}

export async function help(at) {
  const answer = await d.ask({
    ...at,
    about: "",
    title: say("Ask a colleague to come"),
    fields: [f.other()],
    options: d.numbered(HELP),
  });
  if (answer) at.do("assist", { ...HERE, reason: f.own(answer) }, `${at.picture.assist} ${at.picture.helper}`);
}

/** Call the next of one lane only. */
export async function lane(at) {
  const lanes = at.picture.serves.filter(({ waiting }) => waiting);
  const named = lanes.map((one) => ({ ...one, ...facts.lanes.find(({ lane: id }) => id === one.lane) }));
  const answer = await d.ask({
    ...at,
    title: say("Call the next of one queue"),
    text: lanes.length ? "" : say("Nobody is waiting for this window."),
    options: f.lanesAsOptions(named, new Map(lanes.map((one) => [one.lane, one.waiting]))),
  });
  if (answer) at.do("call_next", { ...HERE, lane: answer.value });
}

export async function number(at) {
  const answer = await d.ask({
    ...at,
    title: say("Call a number"),
    text: say("Whoever's turn it is, this number is called."),
    fields: [d.field(say("Number"), d.text("ticket", { autofocus: "", maxlength: "32", class: "number", autocapitalize: "characters" }))],
    options: [{ value: "call", label: say("Call it"), kind: "primary" }],
  });
  const ticket = answer?.form.get("ticket").trim().toUpperCase();
  if (ticket) at.do("call", { ...HERE, ticket }, ticket);
}

export async function quick(at) {
  const answer = await d.ask({
    ...at,
    title: say("Served without a number"),
    text: say("A short question is counted, too."),
    fields: [f.people()],
    options: d.numbered(OUTCOMES),
  });
  if (!answer) return;
  const words = { ...HERE, outcome: answer.value, persons: f.persons(answer.form) };
  at.do("quick", words, String(at.picture.quick));
}

/** Who was put on hold or missed here: bring one back. */
export async function putAside(at) {
  const { held, missed } = at.picture;
  const free = at.picture.state === "open" && !at.serving;
  const back = held.flatMap((one) => [
    ...(free ? [{ value: ["call", one.ticket], label: say("Call {ticket}", one), more: what(one) }] : []),
    { value: ["unhold", one.ticket], label: say("{ticket}: back into the queue", one), more: free ? "" : what(one) },
  ]);
  const again = missed
    .filter((one) => one.again)
    .map((one) => ({ value: ["reinstate", one.ticket], label: say("{ticket} has come after all", one), more: servicesIn(one.services) }));
  const options = [...back, ...again].map((one, index) => ({ ...one, key: String(index + 1).slice(0, index < 9 ? 1 : 0) }));
  const answer = await d.ask({
    ...at,
    title: say("On hold and missed"),
    text: options.length ? "" : say("Nobody is on hold here, and nobody was missed."),
    options,
  });
  if (!answer) return;
  const [verb, ticket] = answer.value;
  if (verb === "call") at.do("unhold", { ticket, window: facts.window }, ticket);
  else at.do(verb, { ticket }, ticket);
}

function what(one) {
  const reason = HOLDS.find(([value]) => value === one.reason)?.[1] || one.reason;
  return [servicesIn(one.services), reason].filter(Boolean).join(" · ");
}

/** Which lanes this sitting serves, and whether it calls by itself. An open window opens anew. */
export async function lanes(at) {
  const { picture, serving } = at;
  const planned = facts.windows.find(({ window }) => window === facts.window)?.lanes || [];
  const now = picture.state === "closed" ? planned : picture.lanes;
  const answer = await d.ask({
    ...at,
    title: say("Queues of this window"),
    text: serving
      ? say("First finish {ticket}; then the queues can be changed.", serving)
      : say("Help another queue for a while, or leave one out. The next sitting starts with the plan again."),
    fields: serving ? [] : [boxes(now, planned), d.tick("auto", say("Call by itself whenever this window is free"), picture.auto)],
    options: serving ? [] : [{ value: "open", label: say("Serve these queues"), kind: "primary" }],
    guard: () => at.guard() || (document.querySelector("dialog [name=lane]:checked") ? "" : say("Choose one queue at least.")),
    ...(serving ? {} : f.watching(counted)),
  });
  if (!answer) return;
  const chosen = answer.form.getAll("lane");
  const usual = chosen.length === planned.length && chosen.every((one) => planned.includes(one));
  at.reopen({ lanes: usual ? [] : chosen, auto: answer.form.has("auto") });
}

function boxes(now, planned) {
  const ticks = facts.lanes.map((one) => {
    const name = nameIn(languages[0], one);
    const made = d.tick("lane", `${one.prefix} ${name}`, now.includes(one.lane), one.lane);
    if (!planned.includes(one.lane)) made.append(element("i", {}, say("of other windows")));
    made.append(element("b", { "data-lane": one.lane }));
    return made;
  });
  return element("fieldset", { class: "boxes" }, element("legend", {}, say("Queues")), ...ticks);
}

function counted(waiting, _offer, form) {
  form.querySelectorAll("b[data-lane]").forEach((one) => {
    const people_ = waiting.get(one.dataset.lane);
    if (people_ !== undefined) fill(one, say("{people} waiting", { people: people_ }));
  });
}

/** Something that would leave a number without a clerk. */
export function sure(title, sentence, yes, no) {
  return d.ask({
    title,
    text: sentence,
    options: [
      { value: "", label: no },
      { value: "yes", label: yes, kind: "danger" },
    ],
  });
}

/** The class and the way of a number that is to be taken from a neighbour. */
export async function takeFrom(at, left) {
  const answer = await d.ask({
    ...at,
    title: say("{ticket} is left at window {window}", left),
    text: [className(left.class), servicesIn(left.services)].filter(Boolean).join(" · "),
    options: [{ value: "call", label: say("Call {ticket} here", left), key: "1" }],
  });
  if (answer) at.do("call", { ...HERE, ticket: left.ticket }, left.ticket);
}
