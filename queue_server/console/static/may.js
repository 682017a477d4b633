/* When the commands of a window may be said: each answers with why not, or with nothing. */

import { say } from "./sayings.js";

/** Why nothing can be done now, whatever it is; nothing when something can. */
export function stopped(at) {
  if (!at.live) return say("Not connected to the hall: please wait.");
  if (at.desk.busy) return say("One moment …");
  if (!at.mine) return say("Another clerk works at this window.");
  return "";
}

export function closed({ picture }) {
  if (picture.today.state === "closed") return say("The hall is closed.");
  return picture.state === "closed" ? say("The window is closed.") : "";
}

export function idle(at) {
  return closed(at) || (at.serving ? "" : say("There is no number at this window."));
}

export function called(at) {
  return idle(at) || (at.serving.state === "called" ? "" : say("The visitor is here already."));
}

export function free(at) {
  if (closed(at)) return closed(at);
  if (at.picture.state === "paused") return say("The window is paused.");
  return at.serving ? say("First finish {ticket}.", at.serving) : "";
}

/** What is still missing before a visitor counts as missed: `{ calls, seconds }`. */
export function grace({ serving, now }) {
  const { calls, miss } = serving;
  const left = Math.ceil((serving.called + miss.grace - now()) / 1000);
  return { calls: Math.max(0, miss.calls - calls), seconds: Math.max(0, left) || 0 };
}

export function missed(at) {
  if (called(at)) return called(at);
  const { calls, seconds } = grace(at);
  if (calls) return say("Call again first.");
  return seconds ? say("{seconds} s more", { seconds }) : "";
}
