/* F1: every command that has no button of its own, with its key, and what is about the clerk. */

import { facts } from "../web/words.js";
import { ask } from "./dialogs.js";
import { called, closed, free, idle, stopped } from "./may.js";
import { preferences } from "./preferences.js";
import * as visit from "./questions.js";
import { say } from "./sayings.js";
import * as window_ from "./window_questions.js";

const HERE = { window: facts.window };

/** Everything that has no button of its own, and everything that has one. */
const MENU = [
  { key: "C", label: () => say("Call a number"), able: free, act: window_.number },
  { key: "L", label: () => say("Call the next of one queue"), able: free, act: window_.lane },
  { key: "K", label: () => say("Skip, call the next"), able: called, act: (at) => at.do("skip", HERE) },
  { key: "R", label: () => say("Back into the queue"), able: idle, act: visit.requeue },
  { key: "S", label: () => say("One more service"), able: idle, act: visit.addStep },
  { key: "Q", label: () => say("Served without a number"), able: closed, act: window_.quick },
  { key: "H", label: () => say("On hold and missed"), able: () => "", act: window_.putAside },
  {
    key: "A",
    label: ({ picture }) => (picture.assist ? say("The help is over") : say("Ask for help")),
    able: closed,
    act: (at) => (at.picture.assist ? helpOver(at) : window_.help(at)),
  },
  { key: "B", label: () => say("Queues of this window"), able: () => "", act: window_.lanes },
  { key: "X", label: () => say("Close the window"), able: closed, act: close },
];
const ACCOUNT = [
  { key: "O", label: () => say("Hand over to a colleague"), act: handOver },
  { key: "W", label: () => say("Another window"), act: () => location.assign(`/${facts.hall}/windows`) },
  { key: "E", label: () => say("Sign out"), act: (at) => at.leave() },
];

export function helpOver(at) {
  return at.do("assist_done", HERE, `${at.picture.assist} ${at.picture.helper}`);
}

export async function menu(at) {
  const able = MENU.filter((one) => !stopped(at) && !one.able(at));
  const answer = await ask({
    title: say("All commands"),
    text: stopped(at),
    after: [preferences()],
    options: [...able, ...ACCOUNT].map((one) => ({ value: one, label: one.label(at), key: one.key })),
  });
  if (answer) answer.value.act(at.again());
}

async function close(at) {
  if (!at.serving) return at.do("close_window", HERE);
  await ask({
    ...at,
    title: say("{ticket} is still here", at.serving),
    text: say("Finish, hold or send on this number first; then the window can be closed."),
  });
  return null;
}

/** AB岗: the colleague signs in at this machine, and finds the window with its number. */
async function handOver(at) {
  const answer = await window_.sure(
    say("Hand over to a colleague"),
    at.serving
      ? say("You are signed out. {ticket} stays at this window; your colleague signs in here and takes over.", at.serving)
      : say("You are signed out. The window stays open; your colleague signs in here and takes over."),
    say("Sign out and hand over"),
    say("Stay"),
  );
  if (answer?.value) at.signOut(true);
}
