/* The windows of a hall, for a clerk to sit down at one. */

import { element, fill, icon } from "../web/draw.js";
import { watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { facts, languages, nameIn, speaker } from "../web/words.js";
import { preferences } from "./preferences.js";
import { me, signOut, toSignIn } from "./session.js";

const CLERKS = new Set(["clerk", "manager", "admin"]);
const say = speaker();
const place = (id) => document.getElementById(id);
const last = remembered();
let grants = null;
let picture = null;
let drawn = "";

place("preferences").append(preferences());
place("out").addEventListener("click", async () => (await signOut()) && location.replace("/sign-in"));
addEventListener("pageshow", (event) => event.persisted && greet());
watch({ ...facts, onPicture: seen, onLine: tellLine(place("line")) });
greet();

async function greet() {
  const who = await me();
  if (!who) return toSignIn();
  grants = who.grants.filter(({ role, halls }) => CLERKS.has(role) && (!halls || halls.includes(facts.hall)));
  draw();
}

function seen(told) {
  picture = told;
  draw();
}

/** The picture and whose windows these are come by different ways, and neither waits. */
function draw() {
  if (!picture || !grants) return;
  const { windows, lanes } = picture;
  const waiting = new Map(lanes.map((lane) => [lane.lane, lane.waiting]));
  const mine = windows.filter(({ window }) => grants.some((one) => !one.window || one.window === window));
  const list = element("ul", {}, ...mine.map((window) => tile(window, waiting)));
  place("none").hidden = mine.length > 0;
  if (list.innerHTML === drawn) return;
  const first = !drawn;
  const at = document.activeElement?.dataset?.window;
  drawn = list.innerHTML;
  fill(place("windows"), ...list.childNodes);
  const focused = first ? last : at;
  if (focused) place("windows").querySelector(`[data-window="${CSS.escape(focused)}"]`)?.focus();
}

function tile(window, waiting) {
  const people = window.lanes.reduce((all, lane) => all + (waiting.get(lane) || 0), 0);
  return element(
    "li",
    {},
    element(
      "a",
      { href: `/${facts.hall}/windows/${window.window}`, "data-window": window.window, class: window.state },
      element("b", {}, window.window),
      element("span", { class: "named" }, nameIn(languages[0], window)),
      element("span", { class: "state" }, icon(window.state), stateIn(window.state)),
      element("span", { class: "people" }, say("{people} waiting", { people })),
      last === window.window ? element("span", { class: "last" }, say("Where you were last")) : null,
    ),
  );
}

function stateIn(state) {
  if (state === "open") return say("Somebody works here");
  return state === "paused" ? say("Paused") : say("Free");
}

function remembered() {
  try {
    return localStorage.getItem(`jiaohao.window ${facts.hall}`) || "";
  } catch {
    return "";
  }
}
