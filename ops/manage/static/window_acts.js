/* What a manager can do with one window: open, pause, go on, close, lend it to other lanes. */

import { element, fill, icon } from "../web/draw.js";
import { boxes, choice, doer, field } from "./fields.js";
import { lent, standing } from "./floor.js";
import { named, say } from "./say.js";

/** Fill the form; answers with a function that is told how the window stands now. */
export function windowForm(form, first, picture, does) {
  const { window } = first;
  const status = element("p", { class: "status", role: "status" });
  const reason = choice(reasons().map((words) => [words, words]), reasons()[0]);
  const served = boxes(say("Lanes it serves"), picture.lanes.map((lane) => [lane.lane, named(lane)]), first.lanes);
  const open = doer(say("Open with these lanes"), () => does([["open_window", lanesOf(window, served, first)]]), "primary");
  const lend = doer(say("Serve these lanes from now on"), () => does(lending(current, served)), "primary");
  const lendable = element("p", { class: "hint" }, say("Lanes can be changed when nobody is at the window."));
  const pauses = element("section", {}, field(say("Why"), reason), doer(say("Pause"), () => does([["pause", { window, reason: reason.value }]])));
  const resume = doer(say("Go on"), () => does([["unpause", { window }]]), "primary");
  const close = doer(say("Close the window"), () => does([["close_window", { window }]]));
  const closable = element("p", { class: "hint" }, say("It can be closed when its ticket is finished."));
  let current = first;
  fill(form, status, resume, pauses, close, closable, served.made, open, lend, lendable);

  function drawn(now) {
    current = now;
    const [look, sign, words] = standing(now);
    const said = [words, now.ticket, now.clerk_name || now.clerk, now.class_reason ? say("its class because: {reason}", { reason: now.class_reason }) : "", lent(now) ? say("other lanes than planned") : ""];
    const text = said.filter(Boolean).join(" · ");
    if (status.textContent !== text) fill(status, icon(sign), element("span", {}, text));
    status.className = `status ${look}`;
    const shut = now.state === "closed";
    open.hidden = !shut;
    lend.hidden = shut || Boolean(now.ticket);
    lendable.hidden = shut || !now.ticket;
    pauses.hidden = now.state !== "open";
    resume.hidden = now.state !== "paused";
    close.hidden = shut || Boolean(now.ticket);
    closable.hidden = shut || !now.ticket;
  }

  drawn(first);
  return drawn;
}

/** A window that serves what is planned needs no lanes of its own. */
function lanesOf(window, served, { planned }) {
  const ticked = served.ticked();
  const own = ticked.length !== planned.length || ticked.some((one) => !planned.includes(one));
  return own ? { window, lanes: ticked } : { window };
}

/** Lanes are chosen when a window is opened: it is closed and opened again, by the same clerk. */
function lending(now, served) {
  const { window, clerk, state, reason } = now;
  const again = { ...lanesOf(window, served, now), ...(clerk ? { clerk } : {}) };
  const all = [["close_window", { window }], ["open_window", again]];
  return state === "paused" ? [...all, ["pause", { window, reason }]] : all;
}

function reasons() {
  return [say("Short break"), say("Meal"), say("Meeting"), say("Machine trouble"), say("Help elsewhere")];
}
