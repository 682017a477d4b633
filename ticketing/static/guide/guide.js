/* The guide desk: follows what staff may see of the hall, and says what the guide decides. */

import { element, fill, icon } from "../../web/draw.js";
import { watch } from "../../web/hall.js";
import { tellLine } from "../../web/line.js";
import { renewIfOld } from "../../web/version.js";
import { facts, languages, nameIn } from "../../web/words.js";
import { likeCode } from "../kiosk/look.js";
import { Index } from "../kiosk/search.js";
import { lookUp } from "./booking.js";
import * as keys from "./keys.js";
import { found, lanes, needs, offered } from "./lists.js";
import { put } from "./put.js";
import { listen as readers } from "./reader.js";
import { Intents, done, why } from "./say.js";
import { Picker, WHOLE, link, tickets } from "./search.js";
import { take } from "./take.js";
import { Work } from "./work.js";
import { language, say, time } from "./words.js";

/** A page that has heard nothing for so long has slept, whatever its line thinks (ms). */
const ASLEEP = 25_000;
const SIGNED_OUT = 4501;
const FORBIDDEN = 4503;
const MOST_SERVICES = 12;
/** A part of a ticket's number, and not of a service's code. */
const FEW_DIGITS = /^\d{1,4}$/;
/** The second click of a double click, on whatever has come under the finger by then (ms). */
const TWICE = 700;

const place = (id) => document.getElementById(id);
const query = place("query");
let index = new Index([]);
let live = false;
let latest = 0;
let me = "";
/** When something was last done, and to whom. */
let acted = { at: -Infinity, about: "" };

/** What the parts of the desk share. `limits` says of which service there are few numbers. */
const desk = {
  picture: null,
  services: [],
  limits: {},
  card: null,
  intents: new Intents(facts.hall, () => tell(say("One moment …"))),
  find: (text) => index.find(text).slice(0, MOST_SERVICES),
  tell,
  now: () => line.now(),
  announce: (words) => (place("said").textContent = words),
  changed: redraw,
  acted: (about) => (acted = { at: performance.now(), about }),
  home: () => keys.home(query),
  asleep: () => (live && Date.now() - latest < ASLEEP ? "" : say("The page is not connected; nothing was done.")),
};
const work = new Work(desk, place("panel"));
const tellState = tellLine(place("line"));
const line = watch({ hall: facts.hall, picture: "desk", patient: true, onPicture: draw, onLine: heard });
watch({ hall: facts.hall, picture: "catalogue", patient: true, onPicture: known });
watch({ hall: facts.hall, picture: "kiosk", patient: true, onPicture: (all) => (desk.limits = all.services) });
const picker = new Picker(query, place("found"), options);
picker.onShow = (asked, count) => {
  place("lists").hidden = asked && count > 0;
  if (asked && !count) tell(say("Nothing found."));
};

setInterval(tick, 1_000);
document.addEventListener("click", clicked);
keys.listen(query, back, () => [query, place("lists"), place("panel")]);
greet();
frame();
local();

// --- the line

function heard(told) {
  tellState(told);
  const returned = !live && told.state === "live";
  live = told.state === "live";
  if (live) latest = Date.now();
  if (returned) renewIfOld();
  document.body.classList.toggle("still", !live);
  const enter = place("enter");
  enter.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  enter.hidden = told.state !== "stopped" || ![SIGNED_OUT, FORBIDDEN].includes(told.code);
  // Whoever was at work reads first what became of it.
  if (told.code === SIGNED_OUT && !desk.picture) location.replace(enter.href);
}

async function greet() {
  const answer = await fetch("/api/v1/me", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  me = (await answer.json()).name;
  fill(place("who"), icon("serving"), me);
  place("leave").hidden = false;
  place("leave").addEventListener("click", signOut);
}

/** The catalogue leaves out what is empty. */
function known({ services }) {
  desk.services = services.map((one) => ({ name_en: "", sound: "", department: "", ...one }));
  index = new Index(desk.services);
  picker.again();
}

// --- drawing

function draw(picture) {
  // Yesterday's A001 is not today's.
  if (desk.picture && desk.picture.today.day !== picture.today.day) work.clear();
  desk.picture = picture;
  put(place("state"), ...state(picture.today));
  put(place("lists"), ...needs(picture).filter(Boolean));
  picker.again();
  redraw();
  tick();
}

function redraw() {
  work.draw();
  document.body.classList.toggle("at-work", work.busy);
  place("hall-now").hidden = work.busy;
  if (desk.picture && !work.busy) put(place("hall-now"), ...lanes(desk.picture));
}

function state({ state: is, mode, notice }) {
  const days = { closed: say("Closed"), closing: say("No new numbers") };
  const modes = { appointment_only: say("By appointment only"), closed: say("No numbers at the kiosks") };
  const words = days[is] || modes[mode];
  return words ? [icon("closed"), element("span", {}, notice ? `${words} · ${notice}` : words)] : [];
}

function tick() {
  const now = line.now();
  if (!Number.isNaN(now)) put(place("clock"), time(now));
}

function tell(words, look = "good") {
  place("told").className = look;
  place("told").textContent = words.trim();
}

function frame() {
  fill(place("name"), nameIn(language, facts));
  document.title = `${say("Guide desk")} · ${nameIn(language, facts)}`;
  const other = (one) =>
    element("a", { href: `?language=${one}`, lang: one, hreflang: one }, ownName(one));
  fill(place("languages"), ...languages.slice(1).map(other));
  const shown = [
    ["↑ ↓", say("choose")],
    ["Enter", say("open")],
    ["Esc", say("back")],
    ["F6", say("next part")],
  ];
  fill(
    place("keys"),
    ...shown.map(([key, words]) => element("span", {}, element("kbd", {}, key), " ", words)),
  );
}

/** How a language calls itself. */
function ownName(tag) {
  const [bare] = tag.split("-");
  return new Intl.DisplayNames([tag], { type: "language" }).of(bare);
}

async function signOut() {
  const answer = await fetch("/api/v1/sign-out", { method: "POST" }).catch(() => null);
  if (answer?.ok) location.assign("/sign-in");
  else tell(say("The hall did not answer. Press again to repeat it."), "bad");
}

// --- finding

function options(text) {
  if (!desk.picture) return [];
  const scanned = link(text);
  if (scanned) return [scan(scanned)];
  const rows = tickets(text, desk.picture.tickets).map((row) => ({
    key: row.ticket,
    draw: () => found(row, lane(row)),
    choose: () => open(row.ticket),
  }));
  const whole = text.normalize("NFKC").trim().toUpperCase();
  if (WHOLE.test(whole) && !rows.some(({ key }) => key === whole)) rows.push(older(whole));
  const services = (FEW_DIGITS.test(text.trim()) ? [] : desk.find(text)).map((one) => ({
    key: `service ${one.service}`,
    draw: () => offered(one, lane(one)),
    choose: () => start(one),
  }));
  const known = desk.services.some((one) => one.service === whole);
  if (likeCode(text) && !WHOLE.test(whole) && !known) services.push(code(text.trim()));
  return [...rows, ...services];
}

function lane(of) {
  return desk.picture.lanes.find((one) => one.lane === of.lane);
}

function scan({ hall, day, ticket }) {
  const here = hall === facts.hall && day === desk.picture.today.day;
  const words = here ? ticket : say("This slip is of another day or another hall.");
  return plain(ticket, words, () => (here ? work.find(ticket) : tell(words, "bad")));
}

function older(ticket) {
  return plain(ticket, say("Look for {ticket} among the older ones", { ticket }), () => work.find(ticket));
}

function code(text) {
  return plain(`booking ${text}`, say("Look for the booking “{code}”", { code: text }), () => booked(text));
}

function plain(key, words, choose) {
  const draw_ = () => element("span", { class: "option" }, element("b", {}, words));
  return { key, draw: draw_, choose };
}

// --- what the guide does

function open(number) {
  work.open(number);
  desk.home();
}

function start(service) {
  work.form(take(desk, service));
}

async function booked(text) {
  tell(say("One moment …"));
  const { found, ticket, no } = await lookUp(desk, text);
  if (ticket) await work.find(ticket);
  if (no) return tell(no, "bad");
  return work.form(take(desk, desk.services.find((one) => one.service === found.service), found));
}

function back() {
  if (query.value) return picker.clear();
  work.leave();
  return desk.home();
}

function clicked({ target }) {
  const does = target.closest("button")?.dataset;
  if (!does) return;
  if ("leave" in does) back();
  else if (does.open) open(does.open);
  else if (does.form) work.fill(does.form, does.ticket);
  else if (does.say) act(does.say, does.window ? { window: does.window } : { ticket: does.ticket });
}

async function act(verb, words) {
  const about = words.ticket || words.window;
  if (acted.about === about && performance.now() - acted.at < TWICE) return;
  // Now, not with the answer: by then the guide may be in the middle of the next thing.
  desk.home();
  if (desk.asleep()) return void tell(desk.asleep(), "bad");
  desk.acted(about);
  if (verb === "assist_accept" && me) words.helper = me;
  try {
    await desk.intents.send(verb, words);
    tell(done(say, verb, words));
  } catch (error) {
    tell(why(say, error), "bad");
  }
}

// --- a reader on this machine, when the page was once opened with `#reader`

function local() {
  const name = `jiaohao.guide ${location.pathname}`;
  if (location.hash === "#reader") localStorage.setItem(name, "reader");
  if (!facts.reader || localStorage.getItem(name) !== "reader") return;
  readers(facts.reader, read);
}

function read(message) {
  if (message.kind === "card") work.card(message);
  else if (message.what === "ticket") work.find(message.text);
  else if (message.what === "link") scan(link(message.text)).choose();
  else if (message.what === "booking") booked(message.text);
}
