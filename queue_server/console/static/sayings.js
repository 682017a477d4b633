/* What stands behind the codes of this page: outcomes, reasons, refusals, and why it is one's turn. */

import { hourAndMinute } from "../web/clock.js";
import { facts, languages, nameIn, speaker } from "../web/words.js";

export const say = speaker();
const MINUTE = 60_000;

/** How a visit can end (受理, 补正, …), the commonest first. */
export const OUTCOMES = [
  ["accepted", say("Accepted")],
  ["incomplete", say("Papers to be completed")],
  ["refused", say("Not accepted")],
  ["redirected", say("Sent to the right place")],
  ["mailed", say("Will be mailed")],
];

export const HOLDS = [
  ["papers", say("A paper is missing")],
  ["form", say("Filling in a form")],
  ["copies", say("Making copies")],
  ["payment", say("Paying")],
  ["colleague", say("Waiting for another office")],
];

export const PAUSES = [
  ["lunch", say("Lunch")],
  ["break", say("A short break")],
  ["papers", say("Putting papers in order")],
  ["system", say("A system does not work")],
  ["meeting", say("Meeting")],
];

export const HELP = [
  ["case", say("A difficult case")],
  ["system", say("Computer or device")],
  ["language", say("Language or hearing")],
  ["safety", say("Somebody is upset")],
];

/** A reason in words; whoever wrote one of his own reads that. */
export function reasonIn(list, code) {
  if (code === "lost") return say("The window's computer fell silent");
  return list.find(([value]) => value === code)?.[1] || code;
}

export function time(at) {
  return hourAndMinute(at, languages[0], facts.timezone);
}

export function laneName(id) {
  if (id.startsWith("@")) return say("Sent to window {window}", { window: id.slice(1) });
  const lane = facts.lanes.find((one) => one.lane === id);
  return lane ? nameIn(languages[0], lane) : id;
}

export function windowName(number) {
  const window = facts.windows.find((one) => one.window === number);
  return window ? nameIn(languages[0], window) : "";
}

/** The class of a ticket in words; nothing for ordinary visitors. */
export function className(id) {
  const known = facts.classes.find((one) => one.class === id);
  return id === "ordinary" || !known ? "" : nameIn(languages[0], known);
}

export function servicesIn(services) {
  return services.map((one) => nameIn(languages[0], one)).join(say(", "));
}

/** Why a ticket stands where it stands, in short sentences, the weightiest first. */
export function why({ class: class_, reason }) {
  const { rule, head_start: start, handicap, entered, counts_from: from } = reason;
  const told = [];
  if (rule === "sent") told.push(say("Sent to this window"));
  if (rule === "ceiling") told.push(say("Has waited longest: goes first"));
  if (rule === "green_promise") told.push(say("Green promise: goes first"));
  if (class_ === "appointment") told.push(say("Booked for {time}", { time: time(entered) }));
  else told.push(say("Came at {time}", { time: time(entered) }));
  if (start) {
    const words = { name: className(class_), minutes: Math.round(start / MINUTE), time: time(from) };
    told.push(say("{name}: counts {minutes} min earlier, from {time}", words));
  }
  if (handicap) {
    const minutes = Math.round(handicap / MINUTE);
    told.push(say("Has a window of its own: {minutes} min later here", { minutes }));
  }
  return told;
}

/** What a command has done, for the clerk. */
export function done(verb, words, events) {
  const last = events.at(-1) || {};
  const called = events.find(({ kind }) => kind === "ticket.called");
  const ticket = words.ticket || events[0]?.ticket || "";
  if (called && verb !== "skip") return say("{ticket} is being called.", { ticket: called.ticket });
  const told = {
    open_window: () => say("The window is open."),
    close_window: () => say("The window is closed."),
    pause: () => say("Paused."),
    unpause: () => say("Going on."),
    call_next: () => say("Whoever comes next is called by itself."),
    recall: () => say("{ticket} is called again.", { ticket }),
    start: () => say("{ticket} is being served.", { ticket }),
    finish: () => finished(events[0], ticket),
    no_show: () => say("{ticket} did not come.", { ticket }),
    hold: () => say("{ticket} is on hold.", { ticket }),
    unhold: () => say("{ticket} waits again.", { ticket }),
    requeue: () => say("{ticket} waits again.", { ticket }),
    skip: () => say("{ticket} was skipped, {called} is being called.", { ticket, called: called?.ticket }),
    transfer: () => say("{ticket} was sent on.", { ticket }),
    add_step: () => say("One more service for {ticket}.", { ticket }),
    quick: () => say("Counted: served without a number."),
    assist: () => say("A colleague was asked to come."),
    assist_accept: () => say("They know that you are coming."),
    assist_done: () => say("The help is over."),
    reinstate: () => say("{ticket} waits again.", { ticket }),
    undo: () => say("Taken back: {command}.", { command: commandIn(last.undone) }),
  };
  return told[verb]?.() || "";
}

function finished(event, ticket) {
  if (event?.kind === "ticket.step_finished") {
    return say("{ticket} goes on to: {lane}.", { ticket, lane: laneName(event.lane) });
  }
  return say("{ticket} is finished. Please ask the visitor for a rating.", { ticket });
}

/** The name of a command, as its button has it. */
export function commandIn(verb) {
  const names = {
    open_window: say("Open the window"),
    close_window: say("Close the window"),
    pause: say("Pause"),
    unpause: say("Go on"),
    call_next: say("Call next"),
    call: say("Call a number"),
    recall: say("Call again"),
    start: say("Start serving"),
    finish: say("Finish"),
    no_show: say("No-show"),
    hold: say("Hold"),
    unhold: say("Bring back"),
    requeue: say("Back into the queue"),
    skip: say("Skip, call the next"),
    transfer: say("Send on"),
    quick: say("Served without a number"),
    assist: say("Ask for help"),
  };
  return names[verb] || verb;
}

/** Why the hall said no, and what to do. */
export function refusal(error) {
  const told = {
    NOBODY: say("Nobody is waiting for this window."),
    BUSY: say("There is still a number at this window."),
    IDLE: say("There is no number at this window."),
    CLOSED: say("The window is closed."),
    PAUSED: say("The window is paused."),
    OPEN: say("The window is open already."),
    WRONG_STATE: say("This number is somewhere else by now. Please look again."),
    TOO_SOON: say("The visitor still has time to come."),
    ELSEWHERE: say("This number is at another window."),
    AWAY: say("This visitor has stepped out."),
    NO_TICKET: say("There is no such number today."),
    NOT_YOURS: say("Another clerk works at this window."),
    NOTHING_TO_UNDO: say("This cannot be taken back any more."),
    DAY_CLOSED: say("The hall is closed."),
    NO_ASSIST: say("Nobody asks for help there any more."),
    MISSED_TOO_OFTEN: say("This number was missed too often: a new one is needed."),
    DUPLICATE: say("This visitor has another number for it."),
    NOT_ALLOWED: say("You may not do this at this window."),
    REPEATED: say("This was done already."),
  };
  if (error.name === "Unheard") return say("Nobody answered. What stands here holds; press again if it is not done.");
  return told[error.code] || say("This did not work: {message}", { message: error.message });
}
