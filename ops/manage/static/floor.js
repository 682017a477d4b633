/* The hall as it stands: windows by zone, lanes with their waits, and the few great numbers. */

import { element, icon } from "../web/draw.js";
import { keep, long, minutes, named, say } from "./say.js";

/** The few numbers that tell from two metres whether the hall is well. */
export function glance({ totals, lanes, limits, windows, alerts }, now) {
  const oldest = lanes.reduce((most, { oldest: at }) => (at ? Math.max(most, now - at) : most), 0);
  const unseen = alerts.filter(({ seen }) => !seen).length;
  return [
    figure("waiting", say("People waiting"), lanes.reduce((all, one) => all + one.waiting, 0)),
    figure("oldest", say("Longest wait"), long(oldest), level(oldest, limits)),
    figure("open", say("Open windows"), `${totals.open_windows} / ${windows.length}`),
    figure("alerts", say("New alerts"), unseen, unseen ? "bad" : "good"),
    figure("taken", say("Numbers today"), totals.taken),
    figure("served", say("Served today"), totals.served),
  ];
}

export function figure(key, words, number, look = "") {
  return element(
    "div",
    { "data-key": key, class: look },
    element("dt", {}, words),
    element("dd", {}, String(number)),
  );
}

/** good, warn (over the target) or bad (over the limit). */
export function level(wait, { target, wait: limit }) {
  if (wait > limit) return "bad";
  return wait > target ? "warn" : "good";
}

export function aims({ target, wait, queue, at_window: most }) {
  const values = { target: minutes(target), wait: minutes(wait), queue, most };
  return say(
    "Target {target} min. Alerts: a wait over {wait} min, over {queue} people in a lane, over {most} at a window.",
    values,
  );
}

/** The floor plan; `choose` is told the number of a window that somebody wants to act on. */
export function draw(parent, { windows }, now, choose) {
  const zones = [...new Set(windows.map(({ zone }) => zone))];
  keep(
    parent,
    zones.map((zone) => {
      const tiles = windows.filter((one) => one.zone === zone).map((one) => tile(one, now, choose));
      return element(
        "section",
        { "data-key": zone, class: "zone", "aria-label": say("Zone {zone}", { zone }) },
        zones.length > 1 ? element("h3", {}, zoneName(zone)) : null,
        element("ul", { class: "tiles" }, ...tiles),
      );
    }),
  );
  if (!choose || parent.dataset.heard) return;
  parent.dataset.heard = "true";
  parent.addEventListener("click", (event) => {
    const chosen = event.target.closest("button[data-window]");
    if (chosen) choose(chosen.dataset.window);
  });
}

export function zoneName(zone) {
  return zone === "main" ? say("Main hall") : say("Zone {zone}", { zone });
}

function tile(window, now, choose) {
  const [look, sign, words] = standing(window);
  const inside = [
    element("b", { class: "number" }, window.window),
    element("span", { class: "named" }, named(window)),
    element("span", { class: "state" }, icon(sign), element("span", {}, words)),
    window.ticket ? element("b", { class: "ticket" }, window.ticket) : null,
    element("span", { class: "more" }, ...more(window, now)),
  ].filter(Boolean);
  const attributes = { class: `tile ${look}`, "data-window": window.window };
  const made = choose
    ? element("button", { ...attributes, type: "button", "aria-haspopup": "dialog" }, ...inside)
    : element("div", attributes, ...inside);
  return element("li", { "data-key": window.window }, made);
}

/** How a window stands: a look, an icon, a word. */
export function standing({ state, lost, ticket_state: at }) {
  if (lost) return ["lost", "away", say("No sign of life")];
  if (at === "called") return ["called", "called", say("Called")];
  if (at === "serving") return ["serving", "serving", say("Being served")];
  if (state === "paused") return ["paused", "paused", say("Paused")];
  return state === "open" ? ["free", "open", say("Free")] : ["shut", "closed", say("Window closed")];
}

function more(window, now) {
  const since = window.started || window.called || window.since;
  const said = [
    window.clerk_name || window.clerk,
    window.state !== "closed" && since ? long(now - since) : "",
    window.state === "paused" && !window.lost ? window.reason : "",
    window.assist ? say("asks for help") : "",
    window.share ? say("{count} wait for it", { count: window.share }) : "",
    lent(window) ? say("other lanes than planned") : "",
  ];
  return said.filter(Boolean).map((words) => element("span", {}, words));
}

/** Whether a window serves other lanes than the plan says. */
export function lent({ state, lanes, planned }) {
  return state !== "closed" && (lanes.length !== planned.length || lanes.some((one) => !planned.includes(one)));
}

/** The table of lanes: the people, the longest wait against the target, the windows. */
export function lanes(table, picture, now) {
  const heads = [
    say("Lane"), say("Waiting"), say("Longest wait"), say("Open windows"), say("Called today"), say("Half waited under"), say("Nine of ten under"), say("A newcomer waits"),
  ];
  const head = element("tr", {}, ...heads.map((words) => element("th", { scope: "col" }, words)));
  keep(table, [
    element("thead", { "data-key": "head" }, head),
    element("tbody", { "data-key": "body" }, ...picture.lanes.map((lane) => row(lane, picture.limits, now))),
  ]);
}

function row(lane, limits, now) {
  const wait = lane.oldest ? now - lane.oldest : 0;
  const look = lane.waiting ? level(wait, limits) : "";
  const crowd = lane.waiting > limits.queue ? "bad" : "";
  const alone = lane.waiting && !lane.windows ? "bad" : "";
  return element(
    "tr",
    { "data-lane": lane.lane },
    element("th", { scope: "row" }, element("i", {}, lane.prefix), named(lane)),
    element("td", { class: crowd }, String(lane.waiting)),
    element("td", { class: look }, ...against(lane, wait, limits, look)),
    element("td", { class: alone }, String(lane.windows)),
    element("td", {}, String(lane.called)),
    element("td", {}, half(lane.p50)),
    element("td", {}, half(lane.p90)),
    element("td", {}, range(lane.expected)),
  );
}

function against(lane, wait, limits, look) {
  if (!lane.waiting) return ["–"];
  const full = minutes(limits.wait);
  const bar = element("progress", { max: String(full), value: String(Math.min(minutes(wait), full)), "aria-hidden": "true" });
  const words = { warn: say("over the target"), bad: say("over the limit") }[look];
  return [bar, element("span", {}, long(wait)), words ? element("small", {}, words) : null].filter(Boolean);
}

function half(ms) {
  return ms === null ? "–" : long(ms);
}

function range(expected) {
  return expected ? say("{low}–{high} min", expected) : say("unknown");
}
