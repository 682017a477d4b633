/* What a manager can do with the day: its mode, a word to everybody, closing and opening.

   A form may answer with a function that is told of each new picture. */

import { element, fill } from "../web/draw.js";
import { boxes, choice, doer, field } from "./fields.js";
import { zoneName } from "./floor.js";
import { say } from "./say.js";

const MINUTE = 60_000;

/** The acts that make sense now: `{ id, name, look, form(form, picture, does) }`. */
export function dayActs({ today }) {
  if (today.state === "closed") return [{ id: "open", name: say("Open the day"), look: "primary", form: opening }];
  return [
    { id: "mode", name: say("Who may take numbers"), form: mode },
    { id: "broadcast", name: say("Tell everybody"), form: broadcast },
    { id: "close", name: say("Close the day"), look: "danger", form: closing },
  ];
}

function opening(form, _picture, does) {
  fill(
    form,
    element("p", {}, say("The hall opens now. A day that was closed by hand goes on with its numbers.")),
    doer(say("Open the day"), () => does([["open_day", {}]]), "primary"),
  );
}

function mode(form, { today }, does) {
  const all = [
    ["normal", say("Everybody")],
    ["appointment_only", say("Only who has an appointment")],
    ["closed", say("Nobody")],
  ];
  const chosen = choice(all, today.mode);
  const notice = element("textarea", { maxlength: "500", rows: "3" });
  notice.value = today.notice;
  // A notice is one line on every screen.
  const words = () => ({ mode: chosen.value, notice: notice.value.replace(/\s+/g, " ").trim() });
  fill(
    form,
    field(say("Who may take a number"), chosen),
    field(say("Notice for visitors"), notice, say("It stands on the screens and at the kiosk.")),
    doer(say("Let it hold"), () => does([["set_mode", words()]]), "primary"),
  );
}

function broadcast(form, { windows, today }, does) {
  const zones = [...new Set(windows.map(({ zone }) => zone))];
  const text = element("textarea", { maxlength: "500", rows: "3", required: "" });
  const zone = choice([["", say("The whole hall")], ...zones.map((one) => [one, zoneName(one)])]);
  const time = choice([["5", say("5 minutes")], ["15", say("15 minutes")], ["60", say("One hour")], ["0", say("Until the next")]], "15");
  const opened = Date.now();
  const said = () => text.value.replace(/\s+/g, " ").trim();
  // The end is fixed with the intent, so that saying it again is saying the same.
  const until = () => (Number(time.value) ? opened + Number(time.value) * MINUTE : 0);
  const send = doer(say("Say it now"), () => {
    if (said()) does([["broadcast", { text: said(), zone: zone.value, until: today.speed > 1 ? 0 : until() }]]);
    else text.focus();
  }, "primary");
  fill(form, field(say("What everybody should know"), text), field(say("Where"), zone), field(say("For how long"), time), send);
}

function closing(form, picture, does) {
  const count = element("p");
  const drawn = (now) => (count.textContent = say("{waiting} people wait, {serving} are at windows.", people(now)));
  const all = [
    ["wait", say("Serve whoever is here, then close")],
    ["expire", say("End all numbers that wait, finish who is at a window")],
    ["force", say("End everything at once")],
  ];
  const policy = choice(all, "wait");
  const sure = boxes(say("This cannot be taken back."), [["sure", say("I know that people lose their numbers.")]], []);
  const close = doer(say("Close the day"), () => {
    if (policy.value === "wait" || sure.ticked().length) does([["close_day", { policy: policy.value }]]);
    else sure.made.querySelector("input").focus();
  }, "danger");
  policy.addEventListener("change", () => (sure.made.hidden = policy.value === "wait"));
  sure.made.hidden = true;
  fill(form, count, field(say("What becomes of them"), policy), sure.made, close);
  drawn(picture);
  return drawn;
}

function people({ totals }) {
  return { waiting: totals.waiting, serving: totals.called + totals.serving };
}
