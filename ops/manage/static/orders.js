/* 差评 work orders: what somebody owes first; each can be looked into, answered, appealed, decided
   and closed, as far as it is and as far as somebody may. */

import { element, fill } from "../web/draw.js";
import { facts } from "../web/words.js";
import { ask, trouble } from "./ask.js";
import { field } from "./fields.js";
import { level, reason } from "./opinions.js";
import { language, moment, place, say } from "./say.js";

const AT_ONCE = 50;
const STATES = { open: say("To be answered"), answered: say("Answered"), appealed: say("Appealed"), closed: say("Closed order") };
const WHICH = [["", say("All")], ["overdue", say("Overdue")], ...Object.entries(STATES)];
let busy = false;
let orders = [];
let now = 0;

place("which").append(...WHICH.map(([value, words]) => element("option", { value }, words)));
place("which").addEventListener("change", () => load());
place("more").addEventListener("click", () => load(orders.length));
load();

async function load(skip = 0) {
  const which = place("which").value;
  const query = which === "overdue" ? { overdue: "true" } : { state: which };
  const answer = await ask("/work_orders", { ...query, skip, limit: AT_ONCE });
  if (answer?.status !== 200) return tell(trouble(answer));
  now = answer.told.now;
  orders = [...(skip ? orders : []), ...answer.told.orders];
  place("more").hidden = answer.told.orders.length < AT_ONCE;
  counts(answer.told.counts);
  draw();
  document.body.dataset.ready = "";
}

function counts({ overdue, open, appealed }) {
  const chip = (look, words) => element("span", { class: `chip ${look}` }, words);
  const owed = open + appealed ? chip("warn", say("{count} to be answered", { count: open + appealed })) : chip("open", say("Nothing to be answered"));
  fill(place("counts"), owed, overdue ? chip("warn", say("{count} overdue", { count: overdue })) : null);
}

function draw() {
  const none = element("li", {}, say("There are no such work orders."));
  fill(place("orders"), ...(orders.length ? orders.map(card) : [none]));
}

function card(one) {
  const made = element("li", { class: `${one.state} ${one.overdue ? "overdue" : ""}`, "data-order": one.id });
  const why = (one.reasons || []).map(reason).join(" · ");
  made.append(
    element("h3", {}, [level(one.score), why].filter(Boolean).join(" · ")),
    element("p", { class: "about" }, about(one)),
    element("p", { class: "state" }, element("span", {}, STATES[one.state]), due(one), handler(one)),
    ...texts(one),
    ...(facts.may ? acts(one) : []),
  );
  return made;
}

function about({ ticket, opened, date, window, clerk_name: clerk, lane, service, mine }) {
  const name = (all, id) => (all[id] ? all[id][language.startsWith("zh") || !all[id][1] ? 0 : 1] : id);
  const known = [
    ticket,
    opened ? moment(opened) : date,
    window ? say("Window {window}", { window }) : "",
    clerk,
    name(facts.services, service) || name(facts.lanes, lane),
    mine ? say("This rating is about you: you do not see whose it is.") : "",
  ];
  return known.filter(Boolean).join(" · ");
}

function due({ state, overdue, due: at, outcome, late }) {
  if (state === "open" || state === "appealed") {
    const time = moment(at);
    return element("span", { class: "due" }, overdue ? say("Overdue since {time}", { time }) : say("Due {time}", { time }));
  }
  const words = { overturned: say("The rating does not count"), upheld: say("The rating stands") };
  return element("span", {}, [words[outcome], late ? say("answered late") : ""].filter(Boolean).join(" · "));
}

function handler({ handler_name: name, state }) {
  return name && (state === "open" || state === "appealed") ? element("span", {}, say("{name} looks into it", { name })) : null;
}

function texts(one) {
  const kinds = [
    [one.answer, say("Answer"), one.answered_by_name, one.answered],
    [one.appeal, say("Appeal"), one.appealed_by_name, one.appealed],
    [one.decision, say("Decision"), one.decided_by_name, one.decided],
  ];
  return kinds
    .filter(([text]) => text)
    .map(([text, kind, who, at]) => element("p", { class: "words" }, element("small", {}, [kind, who, moment(at)].filter(Boolean).join(" · ")), text));
}

/** What can be done with an order now: forms with a text, and bare buttons. */
function acts(one) {
  const does = (verb, words, look = "") => ({ verb, words, look });
  const made = [];
  if (one.state === "open" && !one.mine) {
    if (!one.handler) made.push(bare(one, does("handle", say("I look into it"))));
    made.push(form(one, say("What was found, and what was mended"), [does("answer", say("Answer"), "primary")]));
  }
  if (one.state === "appealed" && !one.mine) {
    const upheld = { ...does("decide", say("The rating stands")), outcome: "upheld" };
    const overturned = { ...does("decide", say("The rating does not count")), outcome: "overturned" };
    made.push(form(one, say("What the appeal came to, and why"), [upheld, overturned]));
  }
  if (one.state === "answered") {
    if (!one.mine) made.push(bare(one, does("close", say("Close the order"))));
    if (!one.appealed) made.push(folded(say("Appeal"), form(one, say("Why this rating should not count"), [does("appeal", say("Appeal"))])));
  }
  return made;
}

function bare(one, act) {
  const button = element("button", { type: "button" }, act.words);
  button.addEventListener("click", () => done(one, act.verb, {}));
  return element("p", { class: "buttons" }, button);
}

function folded(words, inner) {
  return element("details", {}, element("summary", {}, words), inner);
}

function form(one, words, all) {
  const text = element("textarea", { maxlength: "2000", rows: "2" });
  const buttons = all.map(({ verb, words: name, look, outcome }) => {
    const button = element("button", { type: "submit", class: look, "data-verb": verb }, name);
    if (outcome) button.dataset.outcome = outcome;
    return button;
  });
  const made = element("form", { novalidate: "" }, field(words, text), element("p", { class: "buttons" }, ...buttons));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!text.value.trim()) return text.focus();
    const { verb, outcome } = event.submitter.dataset;
    done(one, verb, { text: text.value, ...(outcome ? { outcome } : {}) });
  });
  return made;
}

/** The same words of the same person again are one step: a second press does no harm. */
async function done(one, verb, words) {
  if (busy) return;
  busy = true;
  tell("");
  const answer = await ask(`/work_orders/${one.id}/${verb}`, {}, words);
  busy = false;
  if (answer?.status === 200) {
    tell(say("Done."));
    return load();
  }
  tell(trouble(answer, { 409: say("Somebody else was quicker. This is how it stands now.") }));
  if (answer?.status === 409) load();
}

function tell(words) {
  place("told").textContent = words;
}
