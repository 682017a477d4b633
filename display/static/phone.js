/* A visitor's own page: follows `ticket:TOKEN`, tells how it moves, and says what the visitor says.

   Buttons work only while the line is live: nobody acts on what is old. The hall has the last word
   all the same; what it refuses has changed meanwhile, and the picture shows how. */

import { element, fill, icon } from "../web/draw.js";
import { Unheard, watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { facts } from "../web/words.js";
import { Alerts } from "./alerts.js";
import { News } from "./calls.js";
import * as parts from "./phone_parts.js";
import { put } from "./put.js";
import { Rating, thanks } from "./rating.js";
import { Trend } from "./trend.js";
import { Visit } from "./visit.js";

/** So many people ahead are few. */
const NEAR = 2;
/** The line moves to the right by itself so often (ms). */
const AGAIN = 15_000;
/** The day of this ticket is over, or nobody knows it any more. */
const OVER = new Set([4504, 4510]);

const { say, language } = parts;
const place = (id) => document.getElementById(id);
const visit = new Visit(facts.token);
const trend = new Trend(facts.token);
const alerts = new Alerts(place("alerts"), place("alerts-note"), say);
let last = null;
let live = false;
let busy = false;
let said = "";
let rates = "";
const tell = tellLine(place("line"));
const line = watch({ ...facts, onPicture: draw, onLine: heard });
const news = new News(line);
const rating = new Rating(place("rating"), [language], rated);

setInterval(drawTrend, AGAIN);
place("away").addEventListener("click", () => act(last.away ? "back" : "away"));
place("cancel").addEventListener("click", () => place("sure").showModal());
place("keep").addEventListener("click", () => place("sure").close());
place("give-up").addEventListener("click", () => {
  place("sure").close();
  act("cancel");
});
place("story").addEventListener("toggle", tellStory);

function heard(told) {
  if (told.state === "stopped" && OVER.has(told.code)) return dayOver();
  tell(told);
  live = told.state === "live";
  if (live) renewIfOld();
  if (told.state === "away") news.interrupted();
  if (last) drawActs();
}

function draw(picture) {
  const before = last;
  last = picture;
  place("visit").dataset.state = picture.state;
  put("state", parts.state(picture));
  put("place", parts.place(picture));
  put("told", parts.told(picture, line.now()), true);
  put("about", parts.about(picture));
  place("queue").hidden = picture.state !== "waiting";
  drawStops(picture);
  drawTrend();
  drawActs();
  drawRating(picture);
  warn(picture);
  speak(picture, before);
  if (before) tellStory();
}

function drawStops(picture) {
  place("stops").hidden = !picture.steps.length;
  fill(place("stops").querySelector("ol"), ...parts.stops(picture));
}

function drawTrend() {
  if (last?.state !== "waiting" || last.ahead === null) return;
  trend.add(line.now(), last.ahead);
  trend.draw(place("trend"), line.now(), { say, language, timeZone: facts.timezone });
}

function drawActs() {
  const { state, away, due } = last;
  const waits = state === "waiting" && !due;
  show("away", waits, away ? say("I am back") : say("I step out for a while"));
  show("cancel", ["waiting", "called", "held"].includes(state));
  place("acts").hidden = place("away").hidden && place("cancel").hidden && !place("trouble").textContent;
  if (place("cancel").hidden && place("sure").open) place("sure").close();
}

function show(id, shown, words = "") {
  const button = place(id);
  button.hidden = !shown;
  button.disabled = !live || busy;
  if (words && button.textContent !== words) button.textContent = words;
}

/** Asked once for a visit: nothing that somebody has begun to choose is drawn again. */
function drawRating({ state, score }) {
  const wanted = state !== "served" ? "" : score ? "thanks" : "ask";
  if (wanted === rates) return;
  rates = wanted;
  place("rating").hidden = !wanted;
  if (wanted === "thanks") fill(place("rating"), thanks([language]));
  if (wanted === "ask") rating.ask(element("h2", {}, say("How was your visit?")));
}

/** Turn the page's colour, its title, the phone and its notifications to what is near. */
function warn(picture) {
  const { state, ahead, window, call } = picture;
  const called = state === "called";
  const number = facts.ticket;
  document.title = called
    ? `→ ${window} · ${number}`
    : state === "waiting" && ahead !== null ? `(${ahead}) ${number} · ${facts.name}` : `${number} · ${facts.name}`;
  const fresh = news.of(picture.today.day, called ? [{ call, at: picture.called }] : []);
  if (called) news.flash(place("card"), call);
  else place("card").classList.remove("new");
  if (fresh.length) alerts.tell(`call ${call}`, say("Ticket {ticket}, please go to window {window}", { ticket: number, window }), facts.name);
  else if (state === "waiting" && ahead !== null && ahead <= NEAR && !picture.away && !picture.due) {
    const title = say("Your turn is near: {ahead} ahead of {ticket}", { ahead, ticket: number });
    alerts.tell(`near ${picture.step}`, title, facts.name);
  }
}

/** For those who do not see the page: what has changed, and nothing that has not. */
function speak(picture, before) {
  const ahead = picture.state === "waiting" && picture.ahead !== null ? ` ${say("People ahead of you")}: ${picture.ahead}` : "";
  const words = `${parts.sentence(picture)}${ahead}`;
  if (words === said) return;
  said = words;
  if (before) fill(place("said"), words);
}

async function act(verb, words = {}) {
  if (busy || !live) return;
  busy = true;
  fill(place("trouble"));
  drawActs();
  try {
    await visit.say(verb, words);
    return true;
  } catch (error) {
    const why = error instanceof Unheard
      ? say("The hall does not answer. Please try again.")
      : say("That is not possible any more; above you see how it is now.");
    fill(place("trouble"), why);
    return error.code === "RATED";
  } finally {
    busy = false;
    drawActs();
  }
}

async function rated(score, reasons) {
  const done = await act("rate", { score, reasons });
  if (!done) return;
  rates = "thanks";
  fill(place("rating"), thanks([language]));
}

/** Asked for only by whoever wants to know, and again when something has happened. */
async function tellStory() {
  if (!place("story").open || !live) return;
  const list = place("story").querySelector("ol");
  try {
    const sentences = await visit.story(language);
    if (list.children.length === sentences.length) return;
    fill(list, ...sentences.map((one) => element("li", {}, one)));
  } catch {
    fill(list, element("li", {}, say("This cannot be told at the moment.")));
  }
}

function dayOver() {
  live = false;
  place("visit").dataset.state = "over";
  place("line").hidden = true;
  for (const id of ["told", "queue", "rating", "stops", "acts", "story"]) place(id).hidden = true;
  const words = element("p", { class: "chip off" }, icon("closed"), element("span", {}, say("The day of this number is over.")));
  const more = element("p", { class: "note" }, say("Numbers hold for one day. For another visit, please take a new one."));
  fill(place("state"), words, more);
}
