/* The tablet at a window: idle, then five faces for whoever has just been served, then thanks.

   It is a device of its hall like every screen (screen.js): its token comes in the fragment. */

import { registration } from "../web/device.js";
import { each, element, fill } from "../web/draw.js";
import { command, watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { facts, nameIn, spoken } from "../web/words.js";
import { Rating, thanks } from "./rating.js";
import { Screen } from "./screen.js";

/** Thanks stand this long (ms). */
const THANKED = 3_000;
/** Who chose a bad level and left meant it: it is sent after so long without a touch (s). */
const ALONE = 30;
/** A rating that was not heard is said again this long (ms). */
const PATIENCE = 600_000;

let last = null;
let asking = "";
let alone = 0;
let thanked = 0;
const place = document.getElementById("rate");
const speak = spoken(facts.languages);
const tell = tellLine(document.getElementById("line"));
const who = registration();
const line = watch({ ...facts, token: who.token, patient: true, onPicture: draw, onLine: heard });
const rating = new Rating(place, speak, rated, touched);
const over = new Set();
new Screen(facts.hall, line, who, facts.device);
document.getElementById("unknown").hidden = Boolean(who.token);
fill(document.getElementById("where"), each(speak, (say) => say("Window {window}", facts)));

setInterval(tick, 1_000);
idle();

function heard(told) {
  tell(told);
  if (told.state === "live" && !asking) renewIfOld();
}

function draw(picture) {
  last = picture;
  step();
}

/** Whom to ask now: nobody while thanks stand, without a token, or when it is too late. */
function step() {
  if (thanked) return;
  const ask = last?.ask;
  const name = ask && who.token && line.now() < ask.until ? `${last.today.day}:${ask.ticket}` : "";
  const wanted = over.has(name) ? "" : name;
  if (wanted === asking) return;
  // The next visitor sits down: whoever had chosen a bad level has left.
  if (alone) return rating.send();
  asking = wanted;
  alone = 0;
  if (asking) rating.ask(question(ask.ticket));
  else idle();
}

function question(ticket) {
  place.dataset.state = "asking";
  const words = each(speak, (say) => say("How was your visit?"));
  return element("h1", {}, element("b", {}, ticket), " ", words);
}

function idle() {
  place.dataset.state = "idle";
  const words = each(speak, (say) => say("After your visit you can rate it here."));
  fill(place, element("div", { class: "idle" }, element("h1", {}, element("b", {}, facts.window)), element("p", {}, words)));
}

function touched() {
  alone = rating.bad ? ALONE : 0;
  count();
}

function tick() {
  if (alone && --alone === 0) rating.send();
  else if (!alone) step();
  count();
}

/** How long until a bad rating is sent by itself; every touch starts it again. */
function count() {
  let shown = place.querySelector(".count");
  if (!alone) return shown?.remove();
  if (!shown) {
    // Not read out every second.
    shown = element("p", { class: "count", "aria-live": "off" });
    place.firstChild.append(shown);
  }
  fill(shown, each(speak, (say) => say("Sent by itself in {seconds} s; touch anything for more time.", { seconds: alone })));
}

function rated(score, reasons) {
  const [name, ticket] = [asking, asking.slice(asking.indexOf(":") + 1)];
  if (!name || over.has(name)) return;
  over.add(name);
  place.dataset.state = "thanks";
  alone = 0;
  fill(place, thanks(speak));
  say(name, { ticket, score, reasons, source: "tablet" });
  thanked = setTimeout(done, THANKED);
}

/** Said until it is heard; the key is the visit's, so that one visit has one rating from here. */
async function say(name, words) {
  try {
    await command(facts.hall, "rate", words, { token: who.token, key: `${name} rating`, patience: PATIENCE });
  } catch (error) {
    // Rated on the phone meanwhile, or nobody answered: the visitor has been thanked and gone.
    console.info(`rate: ${error.message}`);
  }
}

function done() {
  thanked = 0;
  asking = "";
  idle();
  step();
}
