/* Reports of the hall: asked for with a form, and fetched when they are done. */

import { element } from "../web/draw.js";
import { facts } from "../web/words.js";
import { ask, trouble } from "./ask.js";
import { keep, language, moment, place, say } from "./say.js";

/** How often one looks while something is being made, and while nothing is (ms). */
const SOON = 1_500;
const SELDOM = 30_000;
const FIELDS = ["place", "period", "date", "first", "last", "format", "language"];
let timer = 0;
let places = "";

// Sweden writes dates as the form wants them.
place("date").value = new Intl.DateTimeFormat("sv-SE", { timeZone: facts.timezone }).format();
place("language").value = language.startsWith("zh") ? "zh-CN" : "en";
place("period").addEventListener("change", shape);
shape();
look();

place("asking").addEventListener("submit", async (event) => {
  event.preventDefault();
  place("ask").disabled = true;
  const answer = await ask("/reports/ask", {}, words());
  place("ask").disabled = false;
  place("told").textContent = answer?.status === 200 ? say("It is being made and appears below.") : wrong(answer);
  if (answer?.status === 200) look();
});

/** The words of the form that this period has. */
function words() {
  const free = place("period").value === "free";
  const left = free ? ["date"] : ["first", "last"];
  return Object.fromEntries(FIELDS.filter((name) => !left.includes(name)).map((name) => [name, place(name).value]));
}

function wrong(answer) {
  const dates = ["date", "first", "last"].includes(answer?.told?.field);
  const said = {
    403: say("You do not manage every hall there."),
    429: say("Many of your reports are being made. Please wait for one of them."),
    503: say("The hall does not answer. Please try again."),
  };
  if (dates) said[422] = say("Please give dates in order, at most ten years apart.");
  return trouble(answer, said);
}

function shape() {
  const free = place("period").value === "free";
  place("of-date").hidden = free;
  for (const id of ["of-first", "of-last"]) place(id).hidden = !free;
}

async function look() {
  clearTimeout(timer);
  const answer = await ask("/reports");
  if (answer?.status === 200) draw(answer.told);
  else place("told").textContent = trouble(answer);
  const busy = answer?.told?.reports?.some(({ state }) => unfinished(state));
  timer = setTimeout(look, busy ? SOON : SELDOM);
}

function unfinished(state) {
  return ["waiting", "later", "running"].includes(state);
}

function draw({ reports, places: known }) {
  const none = element("li", { "data-key": "none", class: "hint" }, say("There are no reports yet."));
  keep(place("reports"), reports.length ? reports.map(report) : [none]);
  if (known.join("\n") !== places) {
    places = known.join("\n");
    const chosen = place("place").value;
    place("place").append(...known.map((path) => element("option", { value: path }, say("All halls in {place}", { place: path }))));
    place("place").value = chosen;
  }
  document.body.dataset.ready = "";
}

function report(one) {
  const halls = one.place ? [say("{count} halls", { count: one.halls })] : [];
  const about = [`${one.first} – ${one.last}`, ...halls, one.format.toUpperCase(), one.language === "en" ? "English" : "中文", ...state(one)];
  return element(
    "li",
    { "data-key": one.id },
    element("div", {}, element("h3", {}, `${one.title} ${one.label}`), element("small", {}, about.join(" · "))),
    one.error ? element("p", { class: "error" }, one.error) : null,
    progress(one),
    act(one),
  );
}

function state({ state: is, asked, made, cancelling }) {
  if (made) return [say("made {time}", { time: moment(made) })];
  if (cancelling) return [say("is being stopped")];
  const said = { waiting: say("waits for its turn"), later: say("will be tried again"), running: say("is being made"), failed: say("failed"), cancelled: say("was stopped") };
  return [said[is] || say("thrown away"), say("asked for {time}", { time: moment(asked) })];
}

function progress({ state: is, done, of }) {
  if (is !== "running" || !of) return null;
  return element("progress", { value: String(done), max: String(of), "aria-label": say("Progress") });
}

function act(one) {
  const [download, stop] = [say("Download"), say("Stop")];
  const of = `: ${one.title} ${one.label} ${one.format.toUpperCase()}`;
  if (one.file) return element("a", { class: "button", href: one.file, download: "", "aria-label": download + of }, download);
  if (!unfinished(one.state) || one.cancelling) return null;
  return element("button", { type: "button", "data-report": one.id, "aria-label": stop + of }, stop);
}

place("reports").addEventListener("click", async ({ target }) => {
  const id = target.closest("button")?.dataset.report;
  if (!id) return;
  const headers = { "Content-Type": "application/json" };
  await fetch(`/api/v1/reports/${encodeURIComponent(id)}/cancel`, { method: "POST", headers, body: "{}" }).catch(() => null);
  look();
});
