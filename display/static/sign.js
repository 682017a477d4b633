/* A window's sign: the called number over the whole of it, or what the window is, or why not. */

import { hourAndMinute } from "../web/clock.js";
import { registration } from "../web/device.js";
import { each, element, fill, fit, icon } from "../web/draw.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { facts, nameIn, spoken } from "../web/words.js";
import { News, announce } from "./calls.js";
import { NOBODY, follow, past } from "./past.js";
import { Screen } from "./screen.js";

const place = document.getElementById("sign");
const tell = tellLine(document.getElementById("line"));
const who = past ? NOBODY : registration();
const line = follow({ ...facts, token: who.token, patient: true, onPicture: draw, onLine: heard });
const news = new News(line);
const screen = new Screen(facts.hall, line, who, facts.device);

addEventListener("resize", fitted);

function heard(told) {
  tell(told);
  if (told.state === "live") renewIfOld();
  if (told.state === "away") news.interrupted();
}

function draw(picture) {
  const speak = spoken(picture.languages);
  const standing = stands(picture);
  const called = standing === "called" || standing === "serving" ? picture.call : null;
  const fresh = news.of(picture.today.day, called ? [called] : []);
  place.className = `sign ${standing}`;
  fill(place, ...(called ? number(picture, speak) : window_(picture, standing, speak)));
  fitted();
  if (!called) return;
  place.dataset.call = called.call;
  news.flash(place, called.call);
  const call = { ...called, window: picture.window };
  if (fresh.length) announce(document.getElementById("said"), speak, call);
  screen.shown(picture.today.day, call);
}

/** What the sign is about: called, serving, open, paused or closed. */
function stands({ state, call, today }) {
  if (state === "paused") return "paused";
  if (call) return call.state === "serving" ? "serving" : "called";
  return state === "open" && today.state !== "closed" ? "open" : "closed";
}

function number(picture, speak) {
  const { ticket, state } = picture.call;
  const doing = (say) => (state === "serving" ? say("Being served") : say("Please come to this window"));
  const digits = element("b", { class: "ticket" }, ticket);
  digits.style.setProperty("--letters", ticket.length);
  return [
    element("p", { class: "where" }, ...whose(picture, speak)),
    digits,
    element("p", { class: "doing" }, icon(state === "serving" ? "serving" : "called"), both(speak, doing)),
  ];
}

function whose(picture, speak) {
  return [element("b", {}, picture.window), both(speak, (_, one) => nameIn(one, named(picture)))];
}

function window_(picture, standing, speak) {
  const digits = element("b", { class: "window" }, picture.window);
  digits.style.setProperty("--letters", picture.window.length);
  return [
    digits,
    element(
      "div",
      { class: "what" },
      element("p", { class: "named" }, both(speak, (_, one) => nameIn(one, named(picture)))),
      standing === "open" ? functions(picture, speak) : notNow(picture, standing, speak),
    ),
  ];
}

function functions(picture, speak) {
  const list = (_, language) => (picture.functions[language] || []).join(" · ");
  // Many a window is called just what it is for.
  if (plain(list(null, speak[0])) === plain(nameIn(speak[0], named(picture)))) return null;
  return element("p", { class: "functions" }, both(speak, list));
}

function plain(text) {
  return text.replace(/[\s·、,，]/g, "");
}

function notNow({ since }, standing, speak) {
  const time = since ? hourAndMinute(since, "zh-CN", facts.timezone) : "";
  const said = (say) => {
    if (standing === "closed") return say("Window closed");
    return time ? say("Service paused since {time}", { time }) : say("Service paused");
  };
  return element("p", { class: "not-now" }, icon(standing), both(speak, said));
}

/** A hall that was never opened knows its windows by their numbers only. */
function named(picture) {
  return picture.name === picture.window ? facts : picture;
}

function both(speak, words) {
  return element("span", { class: "both" }, each(speak, words));
}

function fitted() {
  place.querySelectorAll(".named, .functions, .not-now, .where, .doing").forEach((box) => fit(box));
}
