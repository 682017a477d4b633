/* What the desk has to look after, drawn from its picture; and the lanes, for whoever asks. */

import { element, icon } from "../../web/draw.js";
import { ahead, deviceSort, deviceState, list, named, range, say, services, source, standing, time } from "./words.js";

/** Of one sort so many stand open; when a printer is broken, whole queues have no slips. */
const SHOWN = 4;

/** A button that does something: what and with what as data; `key` is the key that presses it, and
 *  `of` says which of several alike it is to who cannot see where it stands. */
export function button(words, does, { key = "", look = "", picture = "", of = "" } = {}) {
  const attributes = { type: "button", class: look };
  for (const [name, value] of Object.entries(does)) attributes[`data-${name}`] = value;
  if (of) attributes["aria-label"] = `${words} ${of}`;
  if (key) Object.assign(attributes, { "data-hotkey": key, "aria-keyshortcuts": key });
  return element(
    "button",
    attributes,
    picture ? icon(picture) : null,
    element("span", {}, words),
    key ? element("kbd", { "aria-hidden": "true" }, key) : null,
  );
}

/** Everything that needs a hand, most urgent first. */
export function needs(picture) {
  const rows = new Map(picture.tickets.map((row) => [row.ticket, row]));
  const state = (one) => picture.tickets.filter((row) => row.state === one);
  const unprinted = picture.unprinted.map((number) => rows.get(number)).filter(Boolean);
  const unheard = picture.tickets.filter((row) => row.undelivered);
  const broken = picture.devices.filter((one) => one.state !== "ok");
  const parts = [
    block("helps", say("Windows that ask for help"), "bad", picture.windows.filter((w) => w.assist).map(help)),
    block("unprinted", say("Slips that are not on paper"), "warn", unprinted.map(slip)),
    block("unheard", say("Calls that did not get through"), "warn", unheard.map(call)),
    block("devices", say("Devices that need a hand"), "warn", broken.map(device)),
  ].filter(Boolean);
  if (!parts.length) parts.push(allWell(picture));
  return [
    ...parts,
    numbers("missed", say("Missed"), state("no_show").reverse()),
    numbers("held", say("On hold"), state("held")),
    numbers("away", say("Stepped out"), picture.tickets.filter((row) => row.away)),
    picture.devices.length ? allDevices(picture.devices) : null,
  ];
}

function allWell({ today }) {
  const words = today.state === "closed" ? say("The hall is closed.") : say("Nothing needs a hand.");
  return element("p", { class: "well" }, icon(today.state === "closed" ? "closed" : "open"), words);
}

function block(id, title, look, items) {
  if (!items.length) return null;
  return element(
    "section",
    { class: `needs ${look}`, "aria-labelledby": `${id}-title` },
    element("h2", { id: `${id}-title` }, title, " ", element("b", {}, String(items.length))),
    element("ul", { "data-list": id }, ...items.slice(0, SHOWN)),
    rest(id, items.slice(SHOWN)),
  );
}

function rest(id, items) {
  if (!items.length) return null;
  const words = say("{count} more", { count: items.length });
  return element(
    "details",
    { class: `rest-${id}` },
    element("summary", {}, words),
    element("ul", {}, ...items),
  );
}

function item(first, second, ...buttons) {
  return element(
    "li",
    {},
    element("span", { class: "what" }, element("b", {}, first), element("span", {}, second)),
    ...buttons,
  );
}

function help(window, index) {
  const { window: number, assist, helper } = window;
  const where = say("Window {window}", { window: number });
  if (assist === "accepted") {
    const coming = say("{helper} is on the way", { helper });
    const done = button(say("Help is over"), { say: "assist_done", window: number });
    return item(where, list([named(window), coming]), done);
  }
  const go = { key: index ? "" : "F10", look: "first" };
  const accept = button(say("I am going"), { say: "assist_accept", window: number }, go);
  return item(where, list([named(window), say("asks for help")]), accept);
}

function slip(row) {
  const because = row.print_error || say("The printer has said nothing.");
  return item(
    row.ticket,
    list([services(row), source(row.source || ""), because]),
    button(say("Look"), { open: row.ticket }, { of: row.ticket }),
    button(say("Print again"), { form: "reprint", ticket: row.ticket }, { of: row.ticket }),
  );
}

function call(row) {
  const missing = row.undelivered.map((sort) =>
    sort === "voice" ? say("not announced") : say("not on a screen"),
  );
  const words = list([standing(row)[1], ...missing, say("please call out the number")]);
  return item(row.ticket, words, button(say("Look"), { open: row.ticket }, { of: row.ticket }));
}

function device(one) {
  return item(
    `${deviceSort(one.sort)} ${one.id}`,
    list([deviceState(one.state), say("since {time}", { time: time(one.since) }), one.error || one.last_error]),
  );
}

function numbers(id, title, rows) {
  if (!rows.length) return null;
  return element(
    "section",
    { class: "numbers", "aria-labelledby": `${id}-title` },
    element("h2", { id: `${id}-title` }, icon(id), title, " ", element("b", {}, String(rows.length))),
    element(
      "ul",
      { "data-list": id },
      ...rows.map((row) => element("li", {}, button(row.ticket, { open: row.ticket }))),
    ),
  );
}

function allDevices(devices) {
  const row = (one) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, one.id),
      element("td", {}, deviceSort(one.sort)),
      element("td", {}, deviceState(one.state)),
      element("td", {}, time(one.since)),
      element("td", {}, one.error || one.last_error),
    );
  const heads = [say("Device"), say("Sort"), say("State"), say("Since"), say("Last error")];
  return element(
    "details",
    { class: "all-devices" },
    element("summary", {}, say("All devices ({count})", { count: devices.length })),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...heads.map((one) => element("th", { scope: "col" }, one)))),
      element("tbody", {}, ...devices.map(row)),
    ),
  );
}

/** Every lane with who waits and where it is served: what people ask at a desk. */
export function lanes({ lanes: all, windows }) {
  const open = (lane) =>
    windows.filter((w) => w.state === "open" && w.lanes.includes(lane)).map((w) => w.window);
  const row = (lane) =>
    element(
      "tr",
      { "data-lane": lane.lane },
      element("th", { scope: "row" }, element("i", {}, lane.prefix), named(lane)),
      element("td", { class: "count" }, String(lane.waiting)),
      element("td", {}, range(lane.expected)),
      element("td", {}, open(lane.lane).join(" · ")),
    );
  const heads = [say("Lane"), say("People waiting"), say("Wait"), say("Open windows")];
  return [
    element("h2", {}, say("The hall now")),
    element(
      "table",
      { class: "lanes" },
      element("thead", {}, element("tr", {}, ...heads.map((one) => element("th", { scope: "col" }, one)))),
      element("tbody", {}, ...all.map(row)),
    ),
  ];
}

/** One line about a ticket, as it is found. */
export function found(row, lane) {
  const [sign, words] = standing(row);
  return element(
    "span",
    { class: "option" },
    element("b", { class: "number" }, row.ticket),
    element("span", { class: "what" }, list([services(row), named(lane)])),
    element("span", { class: "standing" }, icon(sign), words),
    "ahead" in row ? element("span", { class: "more" }, ahead(row.ahead)) : null,
  );
}

/** One line about a service, as it is found. */
export function offered(service, lane) {
  return element(
    "span",
    { class: "option" },
    element("b", {}, named(service)),
    element("span", { class: "what" }, list([service.department, named(lane)])),
    lane ? element("span", { class: "more" }, say("{count} waiting", { count: lane.waiting })) : null,
  );
}
