/* The plan of a hall, to be changed and published.

   The page keeps the plan as it was read, with its version, and the form changes a copy. Whatever
   the form does not show stays as it was. Publishing says which version the copy was made from:
   when somebody else was quicker, nothing is overwritten. */

import { element, fill, icon } from "../web/draw.js";
import { facts } from "../web/words.js";
import { rule } from "./plan_rule.js";
import { laneRow, serviceRow, windowRow } from "./plan_rows.js";
import { refusal } from "./refusals.js";
import { moment, place, say } from "./say.js";

const path = `/api/v1/halls/${encodeURIComponent(facts.hall)}/layout`;
const MOST_FOUND = 20;
let published = null;
let plan = null;
let busy = false;

place("form").addEventListener("submit", publish);
place("form").addEventListener("input", () => changed());
place("discard").addEventListener("click", () => show(published));
place("find").addEventListener("input", services);
place("add-window").addEventListener("click", () => add("windows", "number", { number: next(), name: "", name_en: "", kinds: ["unified"], lanes: [], classes: [], zone: "main" }));
place("add-lane").addEventListener("click", () => add("lanes", "prefix", { id: `lane-${plan.lanes.length + 1}`, name: "", name_en: "", prefix: "" }));
addEventListener("beforeunload", (event) => different() && event.preventDefault());
load();

async function load() {
  const answer = await fetch(path, { cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) return location.replace(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  if (!answer?.ok) return fill(place("waiting"), say("The plan cannot be had now. Please load the page again."));
  show(await answer.json());
}

function show(told) {
  published = told;
  plan = structuredClone(told.layout);
  place("waiting").hidden = true;
  place("form").hidden = false;
  place("version").textContent = say("Version {version}, published at {time}", { version: told.version, time: moment(told.at) });
  wrong([]);
  draw();
}

function draw() {
  fill(place("windows"), ...plan.windows.map((one, index) => windowRow(plan, index, draw)));
  fill(place("lanes"), ...plan.lanes.map((one, index) => laneRow(plan, index, draw)));
  fill(place("rule"), ...rule(plan));
  services();
  if (!facts.may) place("form").querySelectorAll("input:not([type=search]), select, textarea, button").forEach((one) => (one.disabled = true));
  changed();
}

/** Services are many: those that are looked for, or the first few. */
function services() {
  const wanted = place("find").value.trim().toLowerCase();
  const fits = ({ name, name_en: english, code }) => `${name} ${english} ${code}`.toLowerCase().includes(wanted);
  const all = plan.services.map((one, index) => [one, index]).filter(([one]) => fits(one));
  const shown = all.slice(0, MOST_FOUND);
  place("found").textContent = say("{shown} of {all} services", { shown: shown.length, all: all.length });
  fill(place("services"), ...shown.map(([, index]) => serviceRow(plan, index)));
}

function next() {
  return String(Math.max(0, ...plan.windows.map(({ number }) => Number(number) || 0)) + 1);
}

function add(group, first, made) {
  plan[group].push(made);
  draw();
  place(group).lastElementChild.querySelector(`[data-path$="/${first}"]`).focus();
}

function different() {
  return published && JSON.stringify(plan) !== JSON.stringify(published.layout);
}

function changed() {
  const off = !facts.may || busy || !different();
  place("publish").disabled = off;
  place("discard").disabled = off;
  place("told").textContent = different() && !busy ? say("Not published yet") : place("told").dataset.done || "";
}

async function publish(event) {
  event.preventDefault();
  if (busy || !different()) return;
  busy = true;
  place("told").dataset.done = "";
  changed();
  const body = JSON.stringify({ version: published.version, layout: plan });
  const request = { method: "PUT", headers: { "Content-Type": "application/json" }, body };
  const answer = await fetch(path, request).catch(() => null);
  const told = await answer?.json().catch(() => null);
  busy = false;
  if (answer?.ok) return done(told);
  if (told?.problems) wrong(told.problems);
  else wrong([{ path: [], message: told ? refusal(told) : say("The hall does not answer. Please try again.") }]);
  changed();
}

/** Said again after an answer that was lost, the same plan gets no second version. */
async function done(told) {
  place("told").dataset.done = say("Published as version {version}. It holds in a few seconds; nobody loses a place.", told);
  published = { ...published, version: told.version, at: Date.now(), layout: structuredClone(plan) };
  show(published);
}

/** Everything that is wrong, each with a way to its field; the fields say so, too. */
function wrong(problems) {
  const box = place("wrong");
  place("form").querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  box.hidden = !problems.length;
  if (!problems.length) return fill(box);
  const items = problems.map(({ path: where, message }) => element("li", {}, ...pointed(where, message)));
  fill(box, element("h2", {}, icon("notice"), say("This cannot be published")), element("ul", {}, ...items));
  box.focus();
}

function pointed(where, message) {
  const at = fieldOf(where);
  if (!at) return [`${where.join("/")}${where.length ? ": " : ""}${message}`];
  at.setAttribute("aria-invalid", "true");
  const link = element("a", { href: `#${at.id}` }, label(where));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    at.focus();
  });
  return [link, `: ${message}`];
}

/** The field of a path, or the nearest thing around it. A service that is not shown is looked up. */
function fieldOf(where) {
  if (where[0] === "services" && !find(where.slice(0, 2))) {
    place("find").value = plan.services[where[1]]?.code || "";
    services();
  }
  for (let length = where.length; length > 0; length--) {
    const at = find(where.slice(0, length));
    if (at) return at;
  }
  return null;
}

function find(where) {
  const path_ = where.join("/");
  const row = place("form").querySelector(`[data-path="${CSS.escape(path_)}"]`);
  return row || place("form").querySelector(`[data-path^="${CSS.escape(path_)}/"]`);
}

function label([group, index, name = ""]) {
  const names = { windows: () => say("Window {window}", { window: plan.windows[index].number }), lanes: () => plan.lanes[index].name || plan.lanes[index].id, services: () => plan.services[index].name };
  return [names[group]?.() ?? group, name || (group === "rule" ? index : "")].filter(Boolean).join(" · ");
}
