/* The parts of a visitor's own page, drawn from its picture, in the page's language. */

import { hourAndMinute } from "../web/clock.js";
import { element, icon } from "../web/draw.js";
import { facts, languages, nameIn, speaker } from "../web/words.js";

export const language = languages[0];
export const say = speaker(language);
const ORDINARY = "ordinary";
const COMMA = language.startsWith("zh") ? "、" : ", ";
/** The icon of each state. */
const ICONS = {
  waiting: "waiting",
  called: "called",
  serving: "serving",
  held: "held",
  served: "open",
  no_show: "missed",
  cancelled: "closed",
  expired: "closed",
};

/** What the state is in one sentence, as it is also said. */
export function sentence(visit) {
  const { state, window } = visit;
  switch (state) {
    case "waiting":
      if (visit.away) return say("You have stepped out. Your place is kept, and nobody calls you.");
      if (visit.due) return say("You are called again from {time} on.", { time: time(visit.due) });
      return say("Waiting");
    case "called":
      return say("Please go to window {window}", { window });
    case "serving":
      return say("Being served at window {window}", { window });
    case "held":
      return say("On hold: the window calls you again.");
    case "served":
      return say("Done. Thank you for coming.");
    case "no_show":
      return say("You missed your call.");
    case "cancelled":
      return say("This number was given up.");
    default:
      return say("The day ended before you were called. We are sorry.");
  }
}

export function state(visit) {
  if (visit.state === "called") return call(visit);
  const more = advice(visit);
  return [
    element("p", { class: "chip" }, icon(ICONS[visit.state]), element("span", {}, sentence(visit))),
    more && element("p", { class: "note" }, more),
  ];
}

function call(visit) {
  const [before, after] = say("Please go to window {window}").split("{window}");
  const number = element("b", {}, visit.window);
  const again = visit.calls > 1 ? say("Called {calls} times", { calls: visit.calls }) : "";
  const named = visit.window_name;
  return [
    element("p", { class: "go" }, icon("called"), element("span", {}, before, number, after)),
    named && element("p", { class: "note", lang: tongue(visit, "window_name") }, nameIn(language, visit, "window_name")),
    again && element("p", { class: "note" }, again),
  ];
}

function advice(visit) {
  if (visit.state === "no_show") {
    return visit.misses > facts.misses_allowed
      ? say("This number is void now. Please take a new one.")
      : say("Please go to the guide desk: they put you back in line.");
  }
  if (visit.state === "held") return say("Please stay where you can hear your number.");
  if (visit.state === "expired") return say("Please come again; the guide desk can help you.");
  return "";
}

/** People ahead, and the range. */
export function place(visit) {
  if (visit.state !== "waiting" || visit.ahead === null) return [];
  const shown = [
    big("ahead", say("People ahead of you"), String(visit.ahead)),
    big("range", say("Expected wait"), range(visit.expected)),
  ];
  if (!visit.ahead && !visit.away && !visit.due) {
    shown.unshift(element("p", { class: "next" }, say("You are next in your queue.")));
  }
  return shown;
}

/** A range in minutes, in words; nobody knows one while no window is open. */
export function range(expected) {
  if (!expected) return say("Not known now");
  return say("{low}–{high} min", expected);
}

function big(name, label, number) {
  return element("p", { class: name }, element("span", { class: "note" }, label), element("b", {}, number));
}

/** The stops of a one-thing visit. */
export function stops(visit) {
  return visit.steps.map((step, index) => {
    const here = !step.done && index + 1 === visit.step;
    const doing = step.done ? say("stop done") : here ? say("your present stop") : say("still to come");
    return element(
      "li",
      { class: step.done ? "done" : here ? "here" : "", ...(here ? { "aria-current": "step" } : {}) },
      icon(step.done ? "open" : here ? "to" : "waiting"),
      element("span", {}, `${index + 1}. `, lane(step.lane), ` (${doing})`),
    );
  });
}

export function about(visit) {
  const class_ = facts.classes[visit.class];
  const services = visit.services.map((one) => nameIn(language, one)).join(COMMA);
  return [
    ...row(say("For"), element("span", { lang: visit.services.some((one) => !one.name_en) ? "zh-CN" : language }, services)),
    ...row(say("Queue"), lane(visit.lane)),
    ...(visit.class !== ORDINARY && class_ ? row(say("Counts as"), pick(class_)) : []),
    ...row(say("Taken at"), time(visit.taken)),
  ];
}

function row(term, told) {
  return [element("dt", {}, term), element("dd", {}, told)];
}

function lane(id) {
  if (id.startsWith("@")) return say("Window {window}", { window: id.slice(1) });
  const known = facts.lanes[id];
  return known ? pick(known) : id;
}

/** A name of the plan, which has them in Chinese and in English. */
function pick([name, english]) {
  return language.startsWith("zh") || !english ? element("span", { lang: "zh-CN" }, name) : english;
}

function tongue(thing, key) {
  return language.startsWith("zh") || !thing[`${key}_en`] ? "zh-CN" : language;
}

/** What everybody in the hall is told now. */
export function told({ today }, now) {
  const said = today.broadcast;
  const current = said && (!said.until || now < said.until) ? said.text : "";
  return [...new Set([current, today.notice].filter(Boolean))].map((text) => element("span", {}, text, " "));
}

function time(at) {
  return hourAndMinute(at, language, facts.timezone);
}
