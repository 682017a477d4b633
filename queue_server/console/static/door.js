/* The way to everybody's own page, by what they are in which hall. */

import { element, fill } from "../web/draw.js";
import { facts, languages, nameIn, speaker } from "../web/words.js";
import { preferences } from "./preferences.js";
import { me, myHalls, signOut } from "./session.js";

const say = speaker();
const place = (id) => document.getElementById(id);
const LEADERS = new Set(["admin", "manager", "auditor"]);

place("preferences").append(preferences());
place("out").addEventListener("click", async () => {
  if (await signOut()) location.reload();
});
addEventListener("pageshow", (event) => event.persisted && open());
open();

async function open() {
  const who = await me();
  const ways = who ? await waysOf(who) : facts.halls.map((hall) => [`/${hall.id}`, hallName(hall)]);
  if (ways.length === 1) return location.replace(ways[0][0]);
  place("in").hidden = Boolean(who);
  place("out").hidden = !who;
  if (who) fill(place("greeting"), say("Hello, {name}. Where to?", { name: who.name }));
  if (who && !ways.length) fill(place("none"), say("You have no place to work yet. Please ask your manager."));
  place("none").hidden = ways.length > 0;
  fill(place("ways"), ...ways.map(way));
  document.body.dataset.ready = "";
}

function way([path, label, more]) {
  const link = element("a", { href: path }, element("b", {}, label));
  if (more) link.append(element("span", {}, more));
  return element("li", {}, link);
}

/** `[path, name, what for]` of each place where somebody works; leaders have one for all. */
async function waysOf({ grants }) {
  if (grants.some(({ role }) => LEADERS.has(role))) return [["/manage", say("Manage")]];
  const halls = await myHalls();
  const found = new Map();
  for (const { role, halls: where, window } of grants) {
    for (const hall of halls.filter(({ hall: id }) => !where || where.includes(id))) {
      const way_ = wayOf(role, hall, window);
      if (way_) found.set(way_[0], way_);
    }
  }
  return [...found.values()];
}

function wayOf(role, hall, window) {
  const more = hallName(hall);
  if (role === "guide") return [`/${hall.hall}/guide`, say("Guide desk"), more];
  if (role !== "clerk") return null;
  if (!window) return [`/${hall.hall}/windows`, say("Windows"), more];
  return [`/${hall.hall}/windows/${window}`, say("Window {window}", { window }), more];
}

function hallName(hall) {
  return nameIn(languages[0], hall);
}
