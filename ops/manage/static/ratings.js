/* Ratings in numbers: levels and the share of bad ones, in all and in groups. */

import { element, fill } from "../web/draw.js";
import { facts } from "../web/words.js";
import { ask, trouble } from "./ask.js";
import { LEVELS } from "./opinions.js";
import { language, place, say } from "./say.js";

const BY = { window: say("Window"), clerk: say("Clerk"), service: say("Service"), lane: say("Lane"), date: say("Day"), month: say("Month") };

place("by").append(...Object.entries(BY).map(([value, words]) => element("option", { value }, words)));
place("sums").addEventListener("submit", (event) => {
  event.preventDefault();
  count();
});
place("by").addEventListener("change", count);
count();

async function count() {
  const [from, to, by] = ["from", "to", "by"].map((id) => place(id).value);
  const answer = await ask("/ratings", { from, to, by });
  const words = { 422: say("Please give two dates in order, at most a year apart.") };
  place("sums-told").textContent = answer?.status === 200 ? "" : trouble(answer, words);
  if (answer?.status === 200) draw(answer.told);
}

function draw({ from, to, by, all, groups }) {
  place("from").value = from;
  place("to").value = to;
  const heads = [BY[by], ...LEVELS.map(([, words]) => words), say("Share of bad ones"), say("Share of visits rated"), say("Overturned"), say("Assumed")];
  const head = element("tr", {}, ...heads.map((words) => element("th", { scope: "col" }, words)));
  const rows = [row(say("All"), all), ...groups.map((one) => row(named(by, one), one))];
  fill(place("table"), element("thead", {}, head), element("tbody", {}, ...rows));
}

function row(name, { levels, bad_share: bad, rate, overturned, assumed }) {
  const cells = [...[...levels].reverse(), percent(bad), percent(rate), overturned, assumed];
  return element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((one) => element("td", {}, String(one))));
}

function percent(share) {
  if (share === null) return "–";
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

function named(by, { key, name }) {
  const known = { lane: facts.lanes, service: facts.services }[by]?.[key];
  if (known) return known[language.startsWith("zh") || !known[1] ? 0 : 1];
  return name || key || "–";
}
