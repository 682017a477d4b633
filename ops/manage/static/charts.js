/* Today against a usual day, drawn by Chart.js; the same numbers stand below as a table. */

import { element } from "../web/draw.js";
import { facts } from "../web/words.js";
import { keep, minutes, place, say } from "./say.js";

/** The two charts; the usual day is asked for once a day. */
export class Charts {
  #charts = null;
  #usual = { days: 0, hours: [] };
  #day = "";
  #drawn = "";
  #picture = null;

  constructor() {
    const redraw = () => {
      this.#charts?.forEach((one) => one.destroy());
      this.#charts = null;
      this.#drawn = "";
      if (this.#picture) this.draw(this.#picture);
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  }

  draw(picture) {
    this.#picture = picture;
    if (picture.today.day !== this.#day) this.#ask(picture.today.day);
    const shown = JSON.stringify([picture.hours, this.#usual]);
    if (shown === this.#drawn) return;
    this.#drawn = shown;
    const rows = joined(picture.hours, this.#usual.hours);
    table(rows, this.#usual.days);
    const { days } = this.#usual;
    place("compared").textContent = days
      ? say("Against the mean of the last {days} days.", { days })
      : say("There is no earlier day to compare with yet.");
    if (globalThis.Chart) this.#paint(rows, picture.limits);
  }

  async #ask(day) {
    this.#day = day;
    try {
      const answer = await fetch(`/api/v1/halls/${encodeURIComponent(facts.hall)}/usual`);
      if (answer.ok) this.#usual = await answer.json();
      else this.#day = "";
    } catch {
      // Asked again with the next picture.
      this.#day = "";
    }
    if (this.#picture && this.#day) this.draw(this.#picture);
  }

  #paint(rows, limits) {
    const labels = rows.map(({ hour }) => clock(hour));
    const sets = [numbers(rows), waits(rows, limits)];
    const usual = Boolean(this.#usual.days);
    const shown = sets.map((set) => set.filter((one) => usual || !one.usual));
    for (const id of ["numbers", "waits"]) place(id).setAttribute("aria-label", summary(id, rows));
    if (!this.#charts) {
      this.#charts = ["numbers", "waits"].map((id, index) => made(place(id), labels, shown[index]));
      return;
    }
    this.#charts.forEach((chart, index) => {
      chart.data = { labels, datasets: shown[index] };
      chart.update("none");
    });
  }
}

function joined(today, usual) {
  const all = new Map();
  for (const one of usual) all.set(one.hour, { hour: one.hour, usual: one });
  for (const one of today) all.set(one.hour, { ...all.get(one.hour), hour: one.hour, today: one });
  const hours = [...all.keys()].sort((a, b) => a - b);
  const from = hours[0] ?? 8;
  return Array.from({ length: (hours.at(-1) ?? 17) - from + 1 }, (_, index) => ({ hour: from + index, ...all.get(from + index) }));
}

function clock(hour) {
  return `${String(hour).padStart(2, "0")}:00`;
}

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function numbers(rows) {
  const [accent, good, muted] = ["accent", "good", "muted"].map(token);
  return [
    { label: say("Taken"), data: rows.map(({ today }) => today?.taken ?? 0), backgroundColor: accent, order: 2 },
    { label: say("Called"), data: rows.map(({ today }) => today?.called ?? 0), backgroundColor: good, order: 2 },
    { ...aside(muted), label: say("Usually taken"), data: rows.map(({ usual }) => usual?.taken ?? 0) },
  ];
}

function waits(rows, { target }) {
  const [accent, muted, warn] = ["accent", "muted", "warn"].map(token);
  const flat = { type: "line", borderColor: warn, borderWidth: 2, pointRadius: 0, order: 1 };
  return [
    { label: say("Today"), data: rows.map(({ today }) => inMinutes(today?.wait)), backgroundColor: accent, order: 2 },
    { ...aside(muted), label: say("Usually"), data: rows.map(({ usual }) => inMinutes(usual?.wait)) },
    { ...flat, label: say("Target"), data: rows.map(() => minutes(target)) },
  ];
}

function aside(colour) {
  const line = { type: "line", borderColor: colour, backgroundColor: colour, borderDash: [6, 4] };
  return { ...line, borderWidth: 2, pointRadius: 3, order: 1, usual: true };
}

function inMinutes(ms) {
  return ms === null || ms === undefined ? null : Math.round(ms / 6_000) / 10;
}

function made(canvas, labels, datasets) {
  const [ink, line] = ["ink", "line"].map(token);
  const axis = { ticks: { color: ink }, grid: { color: line }, border: { color: line } };
  const font = { family: getComputedStyle(document.body).fontFamily, size: 15 };
  return new globalThis.Chart(canvas, {
    type: "bar",
    data: { labels, datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      font,
      interaction: { mode: "index", intersect: false },
      scales: { x: axis, y: { ...axis, beginAtZero: true, ticks: { color: ink, precision: 0 } } },
      plugins: { legend: { labels: { color: ink, font } } },
    },
  });
}

function summary(id, rows) {
  const most = (of) => rows.reduce((best, row) => (of(row) > of(best) ? row : best), rows[0]);
  if (id === "numbers") {
    const row = most(({ today }) => today?.taken ?? 0);
    return say("Most numbers were taken at {time}: {count}.", { time: clock(row.hour), count: row.today?.taken ?? 0 });
  }
  const row = most(({ today }) => today?.wait ?? 0);
  return say("The longest mean wait was at {time}: {minutes} min.", { time: clock(row.hour), minutes: minutes(row.today?.wait ?? 0) });
}

function table(rows, days) {
  const heads = [say("Hour"), say("Taken"), say("Called"), say("Mean wait"), ...(days ? [say("Usually taken"), say("Usual wait")] : [])];
  const cell = (value) => element("td", {}, value === null || value === undefined ? "–" : String(value));
  const body = rows.map(({ hour, today, usual }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, clock(hour)),
      cell(today?.taken ?? 0),
      cell(today?.called ?? 0),
      cell(inMinutes(today?.wait)),
      ...(days ? [cell(usual?.taken ?? 0), cell(inMinutes(usual?.wait))] : []),
    ),
  );
  keep(place("hours"), [
    element("thead", { "data-key": "head" }, element("tr", {}, ...heads.map((words) => element("th", { scope: "col" }, words)))),
    element("tbody", { "data-key": "body" }, ...body),
  ]);
}
