/* The rows of the editor: a window, a lane, a service. Each field writes into the plan at once,
   and knows by its `data-path` what it is in there. */

import { element } from "../web/draw.js";
import { facts } from "../web/words.js";
import { boxes, choice, field } from "./fields.js";
import { named, say } from "./say.js";

/** A window: number, names, zone, what it is for, the lanes it serves. */
export function windowRow(plan, index, redraw) {
  const one = plan.windows[index];
  const here = `windows/${index}`;
  const kinds = boxes(say("What it is for"), facts.kinds.map((kind) => [kind, kindName(kind)]), one.kinds);
  const lanes = boxes(say("Lanes it serves"), plan.lanes.map((lane) => [lane.id, named(lane) || lane.id]), one.lanes);
  bound(kinds, `${here}/kinds`, (all) => (one.kinds = all));
  bound(lanes, `${here}/lanes`, (all) => (one.lanes = all));
  return row(
    say("Window {window}", { window: one.number }),
    one.name,
    [
      text(say("Number"), one, "number", here),
      text(say("Name"), one, "name", here),
      text(say("Name in English"), one, "name_en", here),
      text(say("Zone"), one, "zone", here),
      kinds.made,
      lanes.made,
    ],
    remover(plan.windows, index, redraw),
  );
}

/** A lane: its names and what its numbers begin with. */
export function laneRow(plan, index, redraw) {
  const one = plan.lanes[index];
  const here = `lanes/${index}`;
  return row(
    one.prefix,
    one.name,
    [
      text(say("Code"), one, "id", here, say("Letters and digits; tickets are kept by it.")),
      text(say("Name"), one, "name", here),
      text(say("Name in English"), one, "name_en", here),
      text(say("Numbers begin with"), one, "prefix", here),
    ],
    remover(plan.lanes, index, redraw),
  );
}

/** A service: its lane, its minutes, how many a day, what to bring, where it is done online. */
export function serviceRow(plan, index) {
  const one = plan.services[index];
  const here = `services/${index}`;
  const lane = choice(plan.lanes.map(({ id, ...rest }) => [id, named(rest) || id]), one.lane);
  marked(lane, `${here}/lane`);
  lane.addEventListener("input", () => (one.lane = lane.value));
  const materials = element("textarea", { rows: "3" });
  materials.value = one.materials.join("\n");
  marked(materials, `${here}/materials`);
  materials.addEventListener("input", () => (one.materials = materials.value.split("\n").map((line) => line.trim()).filter(Boolean)));
  return row(one.code, one.name, [
    text(say("Name"), one, "name", here),
    text(say("Name in English"), one, "name_en", here),
    field(say("Lane"), lane),
    whole(say("Minutes at the window"), one, "minutes", here),
    whole(say("How many a day"), one, "quota", here, say("0: as many as come")),
    field(say("What to bring"), materials, say("One thing a line")),
    text(say("Where it can be done online"), one, "online", here, "https://…"),
  ]);
}

/** A whole number that stands in the plan `scale` times as large. */
export function whole(words, thing, name, here, hint = "", scale = 1) {
  const input = element("input", { type: "number", min: "0", step: "1", inputmode: "numeric" });
  input.value = thing[name] / scale;
  marked(input, `${here}/${name}`);
  input.addEventListener("input", () => (thing[name] = Math.round(Number(input.value) * scale)));
  return field(words, input, hint);
}

function text(words, thing, name, here, hint = "") {
  const input = element("input", { type: "text", maxlength: "300", autocomplete: "off" });
  input.value = thing[name];
  marked(input, `${here}/${name}`);
  input.addEventListener("input", () => (thing[name] = input.value.trim()));
  return field(words, input, hint);
}

function marked(input, path) {
  input.dataset.path = path;
  input.id = `at-${path.replaceAll("/", "-")}`;
}

function bound({ made, ticked }, path, then) {
  const first = made.querySelector("input");
  if (first) marked(first, path);
  made.addEventListener("input", () => then(ticked()));
}

function row(sign, name, fields, remove = null) {
  const summary = element("summary", {}, element("b", {}, sign), element("span", {}, name));
  return element("details", { class: "row" }, summary, element("div", { class: "fields" }, ...fields, remove));
}

function remover(all, index, redraw) {
  const made = element("button", { type: "button", class: "danger" }, say("Leave it out"));
  made.addEventListener("click", () => {
    all.splice(index, 1);
    redraw();
  });
  return element("p", {}, made);
}

function kindName(kind) {
  const names = {
    unified: say("Unified"),
    domain: say("One field"),
    green: say("Green channel"),
    one_thing: say("One thing"),
    certificate: say("Certificates"),
    complaint: say("Complaints"),
    assist: say("Assistance"),
    guide: say("Guidance"),
  };
  return names[kind] || kind;
}
