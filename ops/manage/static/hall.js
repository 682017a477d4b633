/* One hall for its manager: follows the picture, and draws the parts that changed. */

import { element, icon } from "../web/draw.js";
import { watch } from "../web/hall.js";
import { tellLine } from "../web/line.js";
import { renewIfOld } from "../web/version.js";
import { facts } from "../web/words.js";
import { Acts } from "./acts.js";
import { Alerts } from "./alerts.js";
import { Charts } from "./charts.js";
import * as floor from "./floor.js";
import { keep, place, say, time } from "./say.js";

const tell = tellLine(place("line"));
const SIGNED_OUT = 4501;
const state = { picture: null, live: false };
const acts = new Acts(state);
const alerts = new Alerts(state, (told) => acts.tell(told));
const charts = new Charts();
const line = watch({ ...facts, onPicture: draw, onLine: heard });

setInterval(tick, 5_000);

function heard(told) {
  tell(told);
  state.live = told.state === "live";
  document.body.classList.toggle("old", !state.live);
  if (state.live) renewIfOld();
  if (told.code === SIGNED_OUT) location.replace(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  acts.renew();
  alerts.renew();
}

function draw(picture) {
  state.picture = picture;
  tick();
  acts.renew();
  charts.draw(picture);
  document.body.dataset.ready = "";
}

/** Everything that time itself changes. */
function tick() {
  const { picture } = state;
  if (!picture) return;
  const now = line.now();
  keep(place("day"), day(picture.today, now));
  keep(place("glance"), floor.glance(picture, now));
  floor.draw(place("floor"), picture, now, facts.may ? (number) => acts.window(number) : null);
  floor.lanes(place("lanes"), picture, now);
  place("aims").textContent = floor.aims(picture.limits);
  alerts.draw(picture, now);
}

function day(today, now) {
  const states = {
    open: ["open", say("Open")],
    closing: ["closed", say("Closing: no new numbers")],
    closed: ["closed", say("Closed")],
  };
  const modes = { appointment_only: say("By appointment only"), closed: say("No numbers are given") };
  const [sign, words] = states[today.state];
  return [
    chip("clock", null, time(now)),
    chip("state", sign, words, today.state),
    modes[today.mode] ? chip("mode", "notice", modes[today.mode], "warn") : null,
    today.speed > 1 ? chip("drill", "notice", say("Drill, {speed} times as fast", today), "warn") : null,
    today.notice ? chip("notice", "notice", today.notice) : null,
  ].filter(Boolean);
}

function chip(key, sign, words, look = "") {
  const made = element("span", { class: `chip ${look}`, "data-key": key });
  made.append(...(sign ? [icon(sign)] : []), element("span", {}, words));
  return made;
}
