/* The hall now, for everybody: follows the pictures `hall` and `fairness:today`. */

import { element, icon } from "../web/draw.js";
import { watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { facts, languages, nameIn, speaker } from "../web/words.js";
import { put } from "./put.js";

const language = languages[0];
const say = speaker(language);
const MINUTE = 60_000;
const COMMA = language.startsWith("zh") ? "、" : ", ";
const tell = tellLine(document.getElementById("line"));
const line = watch({ ...facts, patient: true, onPicture: draw, onLine: heard });
watch({ ...facts, patient: true, picture: facts.fairness, onPicture: drawFairness });

function heard(told) {
  tell(told);
  if (told.state === "live") renewIfOld();
}

function draw(picture) {
  document.getElementById("now").dataset.state = picture.state;
  put("state", state(picture));
  put("told", told(picture));
  put("lanes", lanes(picture));
  put("windows", picture.windows.map(window_));
}

function state({ state: day, mode, totals }) {
  const open = totals.open_windows;
  return [
    chip(...doing(day, mode)),
    element("span", {}, say("People waiting: {waiting}", totals)),
    element("span", {}, say("Open windows: {open}", { open })),
  ];
}

function doing(day, mode) {
  if (day === "closed" || mode === "closed") return ["off", "closed", say("Closed")];
  if (day === "closing") return ["warn", "closed", say("No new numbers")];
  if (mode === "appointment_only") return ["warn", "notice", say("By appointment only")];
  return ["good", "open", say("Open")];
}

function told({ notice, broadcast: said }) {
  const current = said && (!said.until || line.now() < said.until) ? said.text : "";
  return [...new Set([current, notice].filter(Boolean))].map((text) => element("p", { class: "banner" }, text));
}

function lanes({ lanes: all, windows }) {
  const heads = [say("Queue"), say("People waiting"), say("If you come now"), say("Open windows")];
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...heads.map((one) => element("th", { scope: "col" }, one)))),
    element("tbody", {}, ...all.map((lane) => row(lane, windows, heads))),
  );
}

function row(lane, windows, [, waiting, wait, open]) {
  const serving = windows.filter((one) => one.state === "open" && one.lanes.includes(lane.lane));
  const numbers = serving.map((one) => one.window).join(COMMA);
  return element(
    "tr",
    { "data-lane": lane.lane },
    element("th", { scope: "row", lang: tongue(lane) }, `${lane.prefix} · ${nameIn(language, lane)}`),
    cell(waiting, `count ${lane.waiting ? "" : "nobody"}`, String(lane.waiting)),
    cell(wait, "", lane.expected ? say("{low}–{high} min", lane.expected) : say("Not known now")),
    cell(open, serving.length ? "" : "off", numbers || say("none")),
  );
}

function cell(head, look, text) {
  return element("td", { class: look, "data-of": head }, text);
}

function window_(one) {
  const shown = { open: ["good", "open", say("Open")], paused: ["warn", "paused", say("Service paused")] };
  const [look, sign, word] = shown[one.state] || ["off", "closed", say("Window closed")];
  const at = one.ticket ? say("Serving {ticket}", one) : "";
  return element(
    "li",
    { class: one.state, "data-window": one.window },
    element("b", {}, one.window),
    element(
      "span",
      {},
      element("span", { class: "named", lang: tongue(one) }, nameIn(language, one)),
      at && one.state !== "closed" ? element("span", { class: "chip" }, icon("serving"), at) : chip(look, sign, word),
    ),
  );
}

function chip(look, sign, word) {
  return element("span", { class: `chip ${look}` }, icon(sign), element("span", {}, word));
}

function tongue(thing) {
  return language.startsWith("zh") || !thing.name_en ? "zh-CN" : language;
}

function drawFairness({ waits, passed, delivered }) {
  put("fairness", [waited(waits), most(passed), reached(delivered)]);
}

function waited({ calls, p50, p90 }) {
  const how = say("All {calls} calls of today, from the number (or from the present stop) to the call; recalls are not counted again.", { calls });
  if (!calls) return fact(say("How long people waited"), say("Nobody has been called yet."), "");
  const minutes = (wait) => Math.max(1, Math.ceil(wait / MINUTE));
  return fact(
    say("How long people waited"),
    say("Half at most {half} min, nine of ten at most {most} min", { half: minutes(p50), most: minutes(p90) }),
    how,
  );
}

function most({ most: times, people, allowed }) {
  return fact(
    say("How often somebody was passed"),
    times ? say("{times} times at most; {people} people in all", { times, people }) : say("Nobody was passed"),
    say("Whoever was called after somebody of the same queue who had come later; who stepped out is counted, too. The rule allows {allowed}.", { allowed: allowed ?? "–" }),
  );
}

function reached(delivered) {
  const title = say("Whether calls reached people");
  if (!delivered) return fact(title, say("No device confirms calls in this hall."), "");
  const { calls, all } = delivered;
  if (!calls) return fact(title, say("Nobody has been called yet."), "");
  return fact(
    title,
    say("{share} % of {calls} calls", { share: Math.floor((100 * all) / calls), calls }),
    say("The newest call of every number, confirmed by a screen and a voice, as far as this hall has them."),
  );
}

function fact(term, number, how) {
  return element(
    "div",
    {},
    element("dt", {}, term),
    element("dd", {}, element("b", {}, number), how && element("span", { class: "note" }, how)),
  );
}
