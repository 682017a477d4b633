/* All halls that I manage, below their places, the worst first. */

import { element, icon } from "../web/draw.js";
import { watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { Many, pick } from "./many.js";
import { keep, long, named, place, say } from "./say.js";

const SIGNED_OUT = 4501;
const tell = tellLine(place("line"));
const open = new Map();
const state = { live: false };
const many = new Many(state);

watch({ path: "/api/v1/overview", hall: "", picture: "", onPicture: draw, onLine: heard });

function heard(told) {
  tell(told);
  state.live = told.state === "live";
  document.body.classList.toggle("old", !state.live);
  many.renew();
  if (told.state === "live") renewIfOld();
  if (told.code === SIGNED_OUT) location.replace("/sign-in?next=/manage");
}

function draw({ tree }) {
  keep(place("glance"), glance(tree));
  keep(place("tree"), tree.count ? [level(tree, "")] : [element("p", { "data-key": "none" }, say("There is no hall here yet."))]);
  many.tree(tree);
  document.body.dataset.ready = "";
}

function glance(tree) {
  const figures = [
    ["count", say("Halls"), tree.count],
    ["unseen", say("New alerts"), tree.unseen, tree.unseen ? "bad" : "good"],
    ["waiting", say("People waiting"), tree.waiting],
    ["oldest", say("Longest wait"), wait(tree)],
    ["open", say("Open windows"), `${tree.open} / ${tree.windows}`],
    ["taken", say("Numbers today"), tree.taken],
  ];
  return figures.map(([key, words, number, look = ""]) =>
    element("div", { "data-key": key, class: look }, element("dt", {}, words), element("dd", {}, String(number))),
  );
}

/** The longest wait; halls say it in minutes. */
function wait({ oldest }) {
  return long(oldest * 60_000);
}

/** What is below a place: places and halls in one order, the worst first. */
function level(tree, path) {
  const below = [...tree.halls.map(hall), ...tree.places.map((one) => placed(one, `${path}/${one.name}`))];
  return element("ul", { class: "level", "data-key": path || "top" }, ...below);
}

function placed(one, path) {
  const shut = open.get(path) === false;
  const details = element("details", { class: look(one) }, element("summary", {}, ...line(one, one.name, say("Halls: {count}", one))), level(one, path));
  details.dataset.path = path;
  if (!shut) details.setAttribute("open", "");
  const box = pick(halls(one), say("All halls below {place}", { place: one.name }));
  return element("li", { "data-key": path }, box, details);
}

place("tree").addEventListener("toggle", remember, true);

function remember({ target }) {
  if (target.dataset.path) open.set(target.dataset.path, target.open);
}

/** Every hall below a place. */
function halls(one) {
  return [...one.halls.map(({ hall: id }) => id), ...one.places.flatMap(halls)];
}

function hall(one) {
  const link = element("a", { href: `/manage/${one.hall}`, class: look(one), "data-hall": one.hall }, ...line(one, named(one), standing(one)));
  return element("li", { "data-key": `hall ${one.hall}` }, pick([one.hall], named(one)), link);
}

function standing({ state, mode }) {
  if (state === "away") return say("does not answer");
  if (state === "closed") return say("Closed");
  if (state === "closing") return say("Closing: no new numbers");
  const modes = { appointment_only: say("By appointment only"), closed: say("No numbers are given") };
  return modes[mode] || say("Open");
}

function look(one) {
  if (one.state === "away" || one.grave) return "bad";
  return one.unseen ? "warn" : "good";
}

function line(one, name, more) {
  const sign = one.state === "away" ? "away" : look(one) === "good" ? "open" : "notice";
  const late = one.target && one.oldest > one.limit ? "bad" : one.target && one.oldest > one.target ? "warn" : "";
  return [
    element("span", { class: "name" }, icon(sign), element("b", {}, name), element("small", {}, more)),
    cell(one.unseen, say("new alerts"), one.unseen ? "bad" : ""),
    cell(one.waiting, say("waiting")),
    cell(wait(one), late === "bad" ? say("longest, over the limit") : late ? say("longest, over the target") : say("longest wait"), late),
    cell(`${one.open} / ${one.windows}`, say("windows open")),
  ];
}

function cell(number, words, look_ = "") {
  return element("span", { class: `cell ${look_}` }, element("b", {}, String(number)), " ", element("small", {}, words));
}
