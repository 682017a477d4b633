/* The hall board and the zone board: follows the picture, and draws the parts that changed. */

import { registration } from "../web/device.js";
import { element, fill, fit } from "../web/draw.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { facts, spoken } from "../web/words.js";
import { News, announce } from "./calls.js";
import * as parts from "./parts.js";
import { NOBODY, follow, past } from "./past.js";
import { Screen } from "./screen.js";

const place = (id) => document.getElementById(id);
const tell = tellLine(place("line"));
const who = past ? NOBODY : registration();
const line = follow({ ...facts, token: who.token, patient: true, onPicture: draw, onLine: heard });
const news = new News(line);
const screen = new Screen(facts.hall, line, who, facts.device);
const drawn = new Map();
let last = null;

setInterval(tick, 1_000);
addEventListener("resize", () => drawn.forEach((_, id) => fitted(id)));

function heard(told) {
  tell(told);
  if (told.state === "live") renewIfOld();
  if (told.state === "away") news.interrupted();
}

function draw(picture) {
  last = picture;
  const { today, calls } = picture;
  const speak = spoken(picture.languages);
  const fresh = news.of(today.day, calls);
  put("name", parts.title(picture, speak));
  put("state", parts.state(today, speak));
  put("headings", parts.headings(speak));
  put("waiting", parts.waiting(speak));
  put("calls", parts.calls(picture, speak));
  put("lanes", parts.lanes(picture.lanes, speak));
  put("missed", parts.numbers("missed", picture.missed, speak));
  put("held", parts.numbers("held", picture.held, speak));
  tick();
  fresh.forEach((call) => announce(place("said"), speak, call));
  for (const [row, call] of visible(calls)) {
    news.flash(row, call.call);
    screen.shown(today.day, call);
  }
}

/** What time itself changes: the clock, and what the notice line says. */
function tick() {
  if (!last) return;
  const speak = spoken(last.languages);
  put("clock", parts.clock(line.now(), speak));
  put("notice", parts.notice(last, line, speak));
}

/** Draw a part, but only when it would look different. */
function put(id, ...content) {
  const text = element("div", {}, ...content.flat());
  if (drawn.get(id) === text.innerHTML) return;
  drawn.set(id, text.innerHTML);
  fill(place(id), ...text.childNodes);
  fitted(id);
}

function fitted(id) {
  const boxes = parts.FITTED[id];
  if (boxes) document.querySelectorAll(boxes).forEach((box) => fit(box));
}

/** The rows that there is room for, with their calls. */
function visible(calls) {
  return [...place("calls").children]
    .filter((row) => row.dataset.call && row.offsetParent)
    .map((row) => [row, calls.find(({ call }) => call === Number(row.dataset.call))]);
}
