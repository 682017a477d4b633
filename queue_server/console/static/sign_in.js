/* Sign in, and go where one wanted to go. */

import { fill, icon } from "../web/draw.js";
import { backOff } from "../web/hall.js";
import { speaker } from "../web/words.js";
import { preferences } from "./preferences.js";
import { me, signIn, signOut, wanted } from "./session.js";

const say = speaker();
const place = (id) => document.getElementById(id);
const form = place("form");
let sending = false;

place("preferences").append(preferences());
place("show").addEventListener("click", show);
place("out").addEventListener("click", leave);
form.addEventListener("submit", submit);
for (const kind of ["keydown", "keyup"]) place("password").addEventListener(kind, capsLock);
// Back from the browser's memory somebody else may be signed in.
addEventListener("pageshow", (event) => event.persisted && greet());
greet();

/** Whoever is signed in already may go on. */
async function greet() {
  const who = await me();
  place("known").hidden = !who;
  if (!who) return;
  place("name-known").textContent = say("You are signed in as {name}.", { name: who.name });
  place("on").href = wanted();
}

async function submit(event) {
  event.preventDefault();
  if (sending) return;
  const [name, password] = [form.elements.name.value.trim(), form.elements.password.value];
  if (!name || !password) return tell(say("Please give your name and your password."));
  busy(true);
  tell("");
  const answer = await signIn(name, password);
  if (answer?.status === 200) return location.replace(wanted());
  busy(false);
  tell(sentence(answer));
  form.elements.password.select();
}

function sentence(answer) {
  if (!answer) return say("The server does not answer. Please try again in a moment.");
  const { code, until } = answer.told;
  if (code === "WRONG_PASSWORD") return say("The name or the password is wrong.");
  if (code === "LOCKED_OUT") {
    const time = new Date(until).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    return say("Too many wrong passwords. Please try again after {time}, or ask your manager.", { time });
  }
  if (answer.status === 429) return say("Too many attempts from here. Please wait a minute.");
  return say("This did not work: {message}", { message: answer.told.message || answer.status });
}

function tell(text) {
  const trouble = place("trouble");
  trouble.hidden = !text;
  fill(trouble, text ? icon("notice") : null, text);
}

function busy(yes) {
  sending = yes;
  place("enter").setAttribute("aria-disabled", String(yes));
  place("enter").textContent = yes ? say("Signing in …") : say("Sign in");
}

function show() {
  const shown = place("password").type === "password";
  place("password").type = shown ? "text" : "password";
  place("show").setAttribute("aria-pressed", String(shown));
  place("password").focus();
}

function capsLock(event) {
  place("caps").hidden = !event.getModifierState?.("CapsLock");
}

async function leave() {
  for (let tries = 0; !(await signOut()); tries++) {
    tell(say("The server does not answer. Please try again in a moment."));
    await new Promise((then) => setTimeout(then, backOff(tries)));
  }
  tell("");
  place("known").hidden = true;
  form.elements.name.focus();
}
