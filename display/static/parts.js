/* The parts of a board, drawn from its picture: each answers with the elements of one place. */

import { date, hourAndMinute } from "../web/clock.js";
import { each, element, icon } from "../web/draw.js";
import { facts, nameIn } from "../web/words.js";
import { caption } from "./calls.js";

/** Where text is made to fit: the boxes of each place. */
export const FITTED = {
  name: "#name",
  notice: "#notice .sentence",
  calls: "#calls b, #calls .named",
};
/** The zone of a hall that has only one. */
const MAIN = "main";
const MOST_CALLS = 10;
const MOST_LANES = 24;
const ONE_COLUMN = 12;
/** So many numbers stand in one line. */
const FEW = 6;
/** How long a caption stands before anything else in the notice line (ms). */
const CAPTION = 20_000;

export function title(picture, speak) {
  return each(speak, (_, language) => {
    // Before its first day a hall has told nobody its name yet.
    const name = nameIn(language, picture) || nameIn(language, facts);
    return picture.zone && picture.zone !== MAIN ? `${name} · ${picture.zone}` : name;
  });
}

export function clock(now, speak) {
  return [
    element("span", { class: "date" }, date(now, speak[0], facts.timezone)),
    element("b", {}, hourAndMinute(now, speak[0], facts.timezone)),
  ];
}

/** A word about the day when it is not an ordinary one. */
export function state(today, speak) {
  const words = {
    closed: (say) => say("Closed"),
    closing: (say) => say("No new numbers"),
    appointment_only: (say) => say("By appointment only"),
  };
  const said = words[today.mode] || words[today.state];
  if (!said) return [];
  return element("span", { class: "chip" }, icon("closed"), element("span", {}, each(speak, said)));
}

export function headings(speak) {
  return [
    element("span", {}, each(speak, (say) => say("Number"))),
    element("span", {}, each(speak, (say) => say("Window"))),
  ];
}

export function waiting(speak) {
  return each(speak, (say) => say("People waiting"));
}

/** Recent calls, newest first. A ticket stands there once: nobody is sent back to where he was. */
export function calls({ calls: all, today }, speak) {
  const seen = new Set();
  const latest = all.filter(({ ticket }) => !seen.has(ticket) && seen.add(ticket));
  if (latest.length) return latest.slice(0, MOST_CALLS).map((call) => row(call, speak));
  const why = (say) =>
    today.state === "open"
      ? say("Nobody has been called yet.")
      : say("The hall is closed. Welcome back.");
  return element("li", { class: "none" }, each(speak, why));
}

function row(call, speak) {
  const standing = call.state === "called" || call.state === "serving" ? call.state : "over";
  return element(
    "li",
    { class: standing, "data-ticket": call.ticket, "data-call": call.call },
    element("b", { class: "number" }, call.ticket),
    icon("to"),
    element("b", { class: "window" }, call.window),
    element("span", { class: "named" }, each(speak, (_, one) => nameIn(one, call, "window_name"))),
    element("span", { class: "standing" }, ...doing(standing, speak)),
  );
}

function doing(standing, speak) {
  if (standing === "over") return [];
  const said = (say) => (standing === "called" ? say("Please go") : say("Being served"));
  return [icon(standing), element("span", {}, each(speak, said))];
}

/** Who waits, by lane; in a hall with very many lanes, only those where somebody does. */
export function lanes(all, speak) {
  const some = all.length > MOST_LANES ? all.filter(({ waiting: n }) => n > 0) : all;
  const shown = some.slice(0, MOST_LANES);
  const list = element(
    "ol",
    { class: shown.length > ONE_COLUMN ? "two" : "one" },
    ...shown.map((lane) => laneRow(lane, speak)),
  );
  list.style.setProperty("--all", shown.length);
  list.style.setProperty("--half", Math.ceil(shown.length / 2));
  return list;
}

function laneRow(lane, speak) {
  return element(
    "li",
    { "data-lane": lane.lane },
    element("i", {}, lane.prefix),
    element("span", { class: "named" }, each(speak, (_, language) => nameIn(language, lane))),
    element("b", { class: lane.waiting ? "" : "nobody" }, String(lane.waiting)),
  );
}

/** Missed or held numbers, newest first; as many as there is room for. */
export function numbers(sort, all, speak) {
  const said = (say) => (sort === "missed" ? say("Missed") : say("On hold"));
  return [
    element("span", { class: "sort" }, icon(sort), element("span", {}, each(speak, said))),
    element("span", { class: `numbers ${all.length > FEW ? "many" : "few"}` }, ...all.map(bold)),
  ];
}

function bold(text) {
  return element("b", {}, text);
}

/** What is being said: the caption of the newest call, then whatever else people should know. */
export function notice(picture, line, speak) {
  const { today, calls: all } = picture;
  const called = all.filter(({ state: one }) => one === "called");
  const newest = called.reduce((best, call) => (best && best.call > call.call ? best : call), null);
  const told = broadcast(today, line.now()) || today.notice;
  if (newest && (!told || line.since(newest.at) < CAPTION)) {
    return [icon("called"), sentence(each(speak, (say) => caption(say, newest)))];
  }
  if (told) return [icon("notice"), sentence(element("span", {}, told))];
  if (today.state === "closed") return [];
  return sentence(each(speak, (say) => say("Please watch the screen and listen for your number.")));
}

function sentence(words) {
  return element("span", { class: "sentence" }, words);
}

function broadcast({ broadcast: said }, now) {
  return said && (!said.until || now < said.until) ? said.text : "";
}
