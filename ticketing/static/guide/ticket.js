/* One ticket on the desk: what it is, what can be done with it, and what happened to it. */

import { element, icon } from "../../web/draw.js";
import { facts } from "../../web/words.js";
import { button } from "./lists.js";
import { ahead, language, list, named, range, say, services, source, standing, time } from "./words.js";

const WAITING = new Set(["waiting", "held"]);
const LIVE = new Set(["waiting", "called", "serving", "held"]);

/** Number, state and facts. `more` is what the hall told when it was asked about this ticket. */
export function head(row, picture, more) {
  const [sign, words] = standing(row);
  const lane = picture.lanes.find(({ lane: id }) => id === row.lane);
  const class_ = picture.plan?.classes.find(({ id }) => id === row.class);
  return [
    element("h2", { class: "number" }, row.ticket),
    element("p", { class: `standing ${row.state}` }, icon(sign), element("span", {}, words)),
    element(
      "dl",
      {},
      ...fact(say("Service"), services(row)),
      ...fact(say("Lane"), row.lane.startsWith("@") ? say("Window {window}", { window: row.lane.slice(1) }) : named(lane)),
      ...fact(say("Class"), list([named(class_) || row.class, row.class_reason])),
      ...fact(say("In line"), "ahead" in row ? list([ahead(row.ahead), range(more?.expected || lane?.expected)]) : ""),
      ...fact(say("Taken"), list([time(row.taken), source(row.source || "")])),
      ...fact(say("On behalf of"), row.on_behalf),
      ...fact(say("Note"), row.note),
      ...fact(say("Reason"), row.reason),
      ...fact(say("Slip"), paper(row, picture)),
      ...fact(say("Calls that did not get through"), (row.undelivered || []).length ? say("please call out the number") : ""),
    ),
  ];
}

function fact(name, words) {
  return words ? [element("dt", {}, name), element("dd", {}, words)] : [];
}

function paper(row, picture) {
  if (row.print_error) return say("Not on paper: {error}", { error: row.print_error });
  if (row.printed) return say("On paper");
  if (picture.unprinted.includes(row.ticket)) return say("Not on paper yet");
  return "";
}

/** What can be done now, each with its key. */
export function actions(row) {
  const ticket = row.ticket;
  const form = (name) => ({ form: name, ticket });
  const live = LIVE.has(row.state);
  const all = [
    place(row),
    live || row.state === "no_show" ? button(say("Print again"), form("reprint"), { key: "F2" }) : null,
    WAITING.has(row.state)
      ? button(row.class === "green" ? say("Change class") : say("Green channel"), form("class"), { key: "F4" })
      : null,
    live
      ? button(WAITING.has(row.state) ? say("Other service") : say("One more service"), form("change"), { key: "F7" })
      : null,
    live && row.state !== "serving" ? button(say("Cancel number"), form("cancel"), { key: "F9" }) : null,
  ].filter(Boolean);
  if (all.length) return all;
  return [element("p", { class: "over" }, over(row))];
}

function over(row) {
  return row.state === "no_show"
    ? say("Missed too often: please take a new number.")
    : say("This visit is over.");
}

/** The one thing to do about somebody's place in line. */
function place(row) {
  const { ticket } = row;
  const how = { key: "F8", look: "first" };
  if (row.state === "no_show") {
    return row.again ? button(say("Back in line"), { say: "reinstate", ticket }, how) : null;
  }
  if (row.state === "held") return button(say("Back in line"), { say: "unhold", ticket }, how);
  if (row.state !== "waiting" || row.due) return null;
  if (row.away) return button(say("Is back"), { say: "back", ticket }, how);
  return button(say("Steps out"), { say: "away", ticket }, { key: "F8" });
}

/** The visitor's own page as a code to scan, for whoever has no paper. */
export function code(link) {
  const token = link?.split("/t/")[1];
  if (!token) return [];
  const address = `/${encodeURIComponent(facts.hall)}/kiosk/tickets/${token}.svg`;
  const picture = element("img", { src: address, alt: say("Code of the visitor's page"), width: 180, height: 180 });
  return [
    element("summary", {}, say("Visitor's page")),
    element("a", { href: link, target: "_blank", rel: "noopener" }, picture),
    element("p", {}, say("The visitor scans this code and sees the place in line on the phone.")),
  ];
}

/** What happened to it, in sentences. */
export function story(sentences, seen) {
  const told = sentences.map((one) => {
    const [at, ...rest] = one.split(" ");
    return element("li", {}, element("b", {}, at), " ", rest.join(" "));
  });
  return [
    element("h3", { id: "story-title" }, say("What happened")),
    seen
      ? element("ol", { lang: language, "aria-labelledby": "story-title" }, ...told)
      : element("p", {}, say("One moment …")),
  ];
}
