/* The jobs, newest first: what each is at, and a way to stop it or to begin it anew. */

import { element, icon } from "../web/draw.js";
import { watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { keep, moment, place, say } from "./say.js";

const SIGNED_OUT = 4501;
const ICONS = { waiting: "waiting", later: "waiting", running: "serving", done: "open", failed: "notice", cancelled: "closed" };
const tell = tellLine(place("line"));

watch({ path: "/api/v1/jobs/follow", hall: "", picture: "", onPicture: draw, onLine: heard });

function heard(told) {
  tell(told);
  document.body.classList.toggle("old", told.state !== "live");
  if (told.state === "live") renewIfOld();
  if (told.code === SIGNED_OUT) location.replace("/sign-in?next=/manage/jobs");
}

function draw({ jobs }) {
  const none = element("li", { "data-key": "none", class: "hint" }, say("There are no jobs."));
  keep(place("jobs"), jobs.length ? jobs.map(job) : [none]);
  document.body.dataset.ready = "";
}

function job(one) {
  return element(
    "li",
    { "data-key": one.id, class: `job ${one.state}` },
    element("h3", {}, icon(ICONS[one.state]), task(one.task), " ", element("small", {}, state(one))),
    progress(one),
    element("p", { class: "when" }, when(one)),
    one.error ? element("p", { class: "error" }, one.error) : null,
    element("p", { class: "buttons" }, ...acts(one)),
  );
}

function task(name) {
  const names = {
    make_report: say("Report"),
    make_due: say("Monthly reports"),
    tidy_letters: say("Old letters of webhooks"),
    purge: say("Old records"),
    reminders: say("Reminders"),
    count_silence: say("Visits that nobody rated"),
  };
  return names[name] || name;
}

function state({ state: is, cancelling }) {
  if (cancelling) return say("is being stopped");
  const words = {
    waiting: say("waits for its turn"),
    later: say("will be tried again"),
    running: say("is being done"),
    done: say("was done"),
    failed: say("failed"),
    cancelled: say("was stopped"),
  };
  return words[is] || is;
}

function progress({ state: is, done, of, saying }) {
  if (is !== "running" || !of) return null;
  const bar = element("progress", { value: String(done), max: String(of), "aria-label": say("Progress") });
  return element("p", { class: "progress" }, bar, " ", say("{done} of {of}", { done, of }), saying ? ` · ${saying}` : "");
}

function when({ asked, started, ended, by }) {
  const said = [say("asked for {time}", { time: moment(asked) })];
  if (by) said.push(by === "schedule" ? say("by the timetable") : by);
  if (started) said.push(say("begun {time}", { time: moment(started) }));
  if (ended) said.push(say("ended {time}", { time: moment(ended) }));
  return said.join(" · ");
}

function acts(one) {
  const found = [];
  // Only our own addresses are a link.
  if (one.link.startsWith("/") && !one.link.startsWith("//")) {
    found.push(element("a", { class: "button", href: one.link }, say("Open the result")));
  }
  if (["waiting", "later", "running"].includes(one.state) && !one.cancelling) {
    found.push(button(one, "cancel", say("Stop this job"), "danger"));
  }
  if (["failed", "cancelled"].includes(one.state)) found.push(button(one, "retry", say("Begin anew"), ""));
  return found;
}

function button({ id, task: name }, verb, words, look) {
  const made = element("button", { type: "button", class: look, "data-job": id, "data-verb": verb }, words);
  made.setAttribute("aria-label", `${words}: ${task(name)}`);
  return made;
}

place("jobs").addEventListener("click", ({ target }) => {
  const { job: id, verb } = target.closest("button")?.dataset || {};
  if (id) act(id, verb);
});

async function act(id, verb) {
  const path = `/api/v1/jobs/${encodeURIComponent(id)}/${verb}`;
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: "{}" }).catch(() => null);
  if (answer?.status === 200) return said(verb === "cancel" ? say("It will stop at its next step.") : say("It is begun anew."));
  if (answer?.status === 409) return said(say("It has changed meanwhile."));
  said(say("The hall does not answer. Please try again."));
}

function said(words) {
  place("told").textContent = words;
}
