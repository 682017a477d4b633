/* The people of a hall: who has which role here; whom somebody may engage or release. */

import { element, fill } from "../web/draw.js";
import { facts } from "../web/words.js";
import { choice, field } from "./fields.js";
import { place, say } from "./say.js";

const path = `/api/v1/halls/${encodeURIComponent(facts.hall)}/people`;
let busy = false;

load();

async function load() {
  const answer = await asked("GET", path);
  if (answer?.status !== 200) return tell(say("The hall does not answer. Please try again."));
  draw(answer.told);
}

function draw({ people, gives }) {
  const heads = [say("Name"), say("Full name"), say("Roles"), ""];
  const head = element("tr", {}, ...heads.map((words) => element(words ? "th" : "td", words ? { scope: "col" } : {}, words)));
  fill(place("people"), element("thead", {}, head), element("tbody", {}, ...people.map((one) => row(one, gives))));
  if (facts.may && gives.length && place("engage").hidden) form(gives);
}

function row(person, gives) {
  const said = person.roles.map(({ role, window }) => (window ? say("{role}, window {window}", { role: roleName(role), window }) : roleName(role)));
  const mine = facts.may && person.roles.every(({ role }) => gives.includes(role));
  const out = element("button", { type: "button", class: "danger" }, say("Take the roles"));
  out.setAttribute("aria-label", `${say("Take the roles")}: ${person.full_name || person.name}`);
  out.addEventListener("click", () => release(person));
  return element("tr", {}, element("th", { scope: "row" }, person.name), element("td", {}, person.full_name), element("td", {}, said.join(" · ")), element("td", {}, mine ? out : null));
}

function form(gives) {
  const made = place("engage");
  const input = (type, more = {}) => element("input", { type, autocomplete: "off", ...more });
  const parts = {
    name: input("text", { maxlength: "64", autocapitalize: "none", spellcheck: "false" }),
    full_name: input("text", { maxlength: "200" }),
    password: input("password", { maxlength: "1024", autocomplete: "new-password" }),
    role: choice(gives.map((role) => [role, roleName(role)]), gives[0]),
    window: input("text", { maxlength: "32" }),
  };
  const submit = element("button", { type: "submit", class: "primary" }, say("Give the role"));
  fill(
    made,
    field(say("Name to sign in with"), parts.name),
    field(say("Full name"), parts.full_name),
    field(say("First password"), parts.password, say("Only for somebody new.")),
    field(say("Role"), parts.role),
    field(say("Only at window"), parts.window, say("Empty: at all windows")),
    element("p", {}, submit),
  );
  made.hidden = false;
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    engage(parts);
  });
}

/** Said twice it is one role: the name stands in the address, and what is there stays. */
async function engage(parts) {
  if (busy) return;
  const { name, ...words } = Object.fromEntries(Object.entries(parts).map(([key, one]) => [key, key === "password" ? one.value : one.value.trim()]));
  if (!name) return parts.name.focus();
  const answer = await said("PUT", `${path}/${encodeURIComponent(name)}`, words);
  if (answer?.status !== 200) return refused(answer, parts);
  for (const key of ["name", "full_name", "password", "window"]) parts[key].value = "";
  tell(say("Done."));
  load();
}

async function release({ name }) {
  if (busy) return;
  const answer = await said("DELETE", `${path}/${encodeURIComponent(name)}`);
  if (answer?.status !== 200 && answer?.status !== 404) return refused(answer, {});
  tell(say("Done."));
  load();
}

function refused(answer, parts) {
  if (!answer) return tell(say("The hall does not answer. Please try again."));
  const { code, field: wrong, message } = answer.told;
  const words = { TAKEN: say("Somebody else has this name already."), NOT_ALLOWED: say("You may not do this here.") };
  parts[wrong]?.setAttribute("aria-invalid", "true");
  parts[wrong]?.focus();
  return tell(words[code] || message);
}

async function said(method, where, words) {
  busy = true;
  place("engage").querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  try {
    return await asked(method, where, words);
  } finally {
    busy = false;
  }
}

async function asked(method, where, words = null) {
  const more = words ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(words) } : {};
  try {
    const answer = await fetch(where, { method, cache: "no-store", ...more });
    return { status: answer.status, told: await answer.json() };
  } catch {
    return null;
  }
}

function tell(sentence) {
  place("people-told").textContent = sentence;
}

function roleName(role) {
  const names = { clerk: say("Clerk"), guide: say("Guide"), manager: say("Manager"), auditor: say("Auditor"), admin: say("Administrator") };
  return names[role] || role;
}
