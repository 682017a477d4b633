/* The window console: follows the window's picture, draws what changed, says what is pressed. */

import { element, fill } from "../web/draw.js";
import { watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { facts } from "../web/words.js";
import { Acts, open } from "./acts.js";
import { Desk } from "./desk.js";
import { asking, kbd, stillAbout } from "./dialogs.js";
import * as here from "./here.js";
import { stopped } from "./may.js";
import { helpOver } from "./menu.js";
import * as queue from "./queue.js";
import { commandIn, done, refusal, say, time } from "./sayings.js";
import { Seat, keep, kept } from "./seat.js";
import { sure, putAside, takeFrom } from "./window_questions.js";

/** What was told stands for so long (ms). */
const STANDS = 15_000;
const HERE = { window: facts.window };
const FORBIDDEN = 4503;

const place = (id) => document.getElementById(id);
const tell = tellLine(place("line"));
const drawn = new Map();
let live = false;
let toldAt = -Infinity;

const desk = new Desk(() => line.now(), draw, listenAnew);
const seat = new Seat(desk, draw);
const acts = new Acts(place("acts"), now, act);
let line = watch({ ...facts, onPicture: seen, onLine: heard });

place("undo").addEventListener("click", () => act({ undo: true }));
place("account").addEventListener("click", () => acts.press("more"));
setInterval(tick, 1_000);

function heard(told) {
  tell(told);
  const before = live;
  live = told.state === "live";
  if (told.state === "stopped" && told.code === FORBIDDEN) forbidden();
  seat.heard(told);
  if (live !== before) draw();
  if (live && !before && !asking() && !desk.picture?.serving) renewIfOld();
}

/** The hall has answered, and its picture does not come: this line is dead, and nobody noticed. */
function listenAnew() {
  if (!live) return;
  line.close();
  line = watch({ ...facts, onPicture: seen, onLine: heard });
}

function seen(picture) {
  desk.picture = picture;
  if (stillAbout(desk.stand)) tellTrouble(say("Something has changed here; please look again."));
  if (!asking()) seat.planned(picture.plan);
  draw();
}

/** How things stand, for everybody who draws or acts. */
function now() {
  const { picture } = desk;
  return {
    picture,
    serving: picture.serving,
    live,
    mine: seat.mine,
    desk,
    about: desk.stand,
    now: () => line.now(),
    do: do_,
    guard: () => stopped(now()),
    auto: () => kept("auto") === "yes",
    again: now,
    reopen,
    leave,
    signOut: out,
  };
}

// --- drawing

function draw() {
  if (!desk.picture) return;
  const at = now();
  const { picture, serving } = at;
  Object.assign(document.body.dataset, {
    state: serving ? serving.state : picture.state,
    live: String(live),
  });
  if (seat.who) put("account", seat.who.name);
  put("state", here.state(at));
  document.title = `${serving ? serving.ticket : place("state").textContent} · ${facts.window}`;
  put("visitor", here.visitor(at));
  put("about", here.about(at));
  put("served", here.served(at));
  put("queue", queue.queue(at));
  put("calls", taken(at), queue.calls(at, help));
  put("aside", queue.aside(at, help));
  tick();
}

/** What time itself changes. */
function tick() {
  if (!desk.picture) return;
  const at = now();
  document.body.dataset.busy = String(Boolean(desk.busy || desk.behind));
  put("time", line.now() ? time(line.now()) : "");
  put("clock", here.clock(at));
  place("clock").hidden = !at.serving;
  put("lanes", queue.lanes(at));
  undo();
  acts.draw();
  if (performance.now() - toldAt > STANDS && !desk.left) tellDone("");
}

/** Draw a part, but only when it would look different. */
function put(id, ...content) {
  const made = element("div", {}, ...content.flat().filter(Boolean));
  if (drawn.get(id) === made.innerHTML) return;
  drawn.set(id, made.innerHTML);
  fill(place(id), ...made.childNodes);
}

function undo() {
  const seconds = desk.left;
  const shown = Boolean(seconds) && seat.mine;
  place("undo").hidden = !shown;
  if (!shown) return;
  const words = { command: commandIn(desk.undoable.verb), seconds };
  put("undo", element("span", {}, say("Take back: {command} ({seconds})", words)), kbd("Ctrl Z"));
}

/** Somebody else sits here: how to take over from him (AB岗). */
function taken({ mine }) {
  if (!seat.someoneElse) return null;
  const words = mine ? say("A colleague works here; you act for them.") : say("A colleague works at this window.");
  const button = element("button", { type: "button" }, say("Take over"));
  button.addEventListener("click", takeOver);
  return element("p", { class: "alert" }, element("span", {}, words), button);
}

function forbidden() {
  const home = element("a", { href: "/" }, say("To my own page"));
  fill(place("visitor"), element("p", { class: "empty" }, say("You may not work at this window.")), home);
}

// --- acting

async function act(one) {
  if (!desk.picture || !seat.who || asking()) return;
  // A quick finger means what it is going to see.
  if (desk.behind) await desk.caughtUp();
  if (asking()) return;
  const at = now();
  const why = one.undo ? stopped(at) : acts.why(one, at);
  tellTrouble(why);
  if (why) return;
  if (one.undo) do_("undo", HERE);
  else one.act(at);
}

/** Say a command and tell what came of it; answers whether it was done. */
async function do_(verb, words, about = "") {
  const why = stopped(now());
  if (why) {
    tellTrouble(why);
    return false;
  }
  return told(() => desk.say(verb, words, about), (events) => done(verb, words, events));
}

async function told(what, words) {
  try {
    const events = await what();
    if (!events) return false;
    tellTrouble("");
    tellDone(words(events));
    return true;
  } catch (error) {
    tellTrouble(refusal(error));
    if (error.status === 401) seat.signIn();
    return false;
  } finally {
    draw();
  }
}

/** Other lanes, or calling by itself: the sitting ends and begins anew. */
async function reopen({ lanes, auto }) {
  keep("auto", auto ? "yes" : "");
  if (desk.picture.state !== "closed" && !(await do_("close_window", HERE))) return;
  await desk.caughtUp();
  await open(now(), { lanes, auto });
}

function help(what, one) {
  if (asking()) return;
  const about = one ? `${one.window} ${one.ticket || one.assist} ${desk.picture.seq}` : "";
  const acts_ = {
    over: () => helpOver(now()),
    aside: () => putAside(now()),
    left: () => takeFrom({ ...now(), about: "" }, one),
    help: () => do_("assist_accept", { window: one.window, helper: facts.window }, about),
    helped: () => do_("assist_done", { window: one.window }, about),
  };
  acts_[what]();
}

async function takeOver() {
  if (asking()) return;
  const { serving } = desk.picture;
  const text = serving
    ? say("{ticket} is at this window and becomes yours. Your colleague cannot go on here.", serving)
    : say("Your colleague cannot go on here.");
  const answer = await sure(say("Take this window over?"), text, say("Take over"), say("Leave it"));
  if (answer?.value) await told(() => seat.takeOver(), () => say("The window is yours."));
}

/** Sign out, after asking about a window that is still open. */
async function leave() {
  const { serving } = desk.picture;
  if (!seat.seated) return out(false);
  const answer = await sure(
    serving ? say("{ticket} is still here", serving) : say("Sign out"),
    serving
      ? say("If you sign out now, the number stays at this window until a colleague takes over.")
      : say("The window is still open. It is closed before you are signed out."),
    serving ? say("Sign out all the same") : say("Close the window and sign out"),
    say("Stay"),
  );
  if (!answer?.value) return;
  if (!serving && !(await do_("close_window", HERE))) return;
  await out(false);
}

async function out(comesBack) {
  if (await seat.signOut(comesBack)) return;
  tellTrouble(say("The server does not answer. Please try again in a moment."));
}

// --- telling

function tellDone(text) {
  if (text) toldAt = performance.now();
  if (place("told").textContent !== text) place("told").textContent = text;
}

function tellTrouble(text) {
  if (place("trouble").textContent !== text) place("trouble").textContent = text;
  if (text) tellDone("");
}
