/* The work place: a ticket that was opened, a form over it, or nothing. */

import { element, fill } from "../../web/draw.js";
import { facts } from "../../web/words.js";
import { FORMS } from "./forms.js";
import { button } from "./lists.js";
import { put } from "./put.js";
import { done, why } from "./say.js";
import { actions, code, head, story } from "./ticket.js";
import { language, say, standing } from "./words.js";

/** A key or a click that comes so soon after a form opened was not meant for it (ms). */
const TOO_SOON = 350;
/** A card that nobody took a number with for so long was somebody else's (ms). */
const CARD = 60_000;

export class Work {
  #desk;
  #panel;
  /** The ticket that is open: `number`, `row` if the picture may not have it, `more`, `story`. */
  #ticket = null;
  #form = null;

  constructor(desk, panel) {
    this.#desk = desk;
    this.#panel = panel;
    panel.addEventListener("submit", (event) => this.#submitted(event));
  }

  /** Whether there is anything. */
  get busy() {
    return Boolean(this.#ticket || this.#form);
  }

  /** Open a ticket; `row` stands in for one that the picture does not have (yet, or any more). */
  open(number, row = null) {
    this.#ticket = { number, row, more: null, story: null, asked: "" };
    this.#forget();
    this.#show(null);
    this.#desk.tell("");
    const now = this.#row(number);
    if (now) this.#desk.announce(`${number} ${standing(now)[1]}`);
  }

  /** Open a form by its name, for a ticket. */
  fill(name, number) {
    const row = this.#row(number);
    if (!row) return;
    if (this.#ticket?.number !== number) this.open(number, row);
    this.form(FORMS[name](this.#desk, row));
  }

  form(made) {
    this.#show({ ...made, opened: performance.now() });
    this.#desk.tell("");
    made.first?.focus();
  }

  /** A card was laid on the reader: it is for the number that is taken now, or next. */
  card(card) {
    this.#desk.card = card;
    this.#desk.tell(say("The card was read."));
    this.#form?.read?.();
    setTimeout(() => this.#form || this.#forget(card), CARD);
  }

  #forget(card = this.#desk.card) {
    if (this.#desk.card === card) this.#desk.card = null;
  }

  /** One step back: from the form to its ticket, from the ticket to nothing. */
  leave() {
    if (!this.#form) this.#ticket = null;
    this.#forget();
    this.#show(null);
  }

  /** Nothing of what stands here holds any more. */
  clear() {
    this.#ticket = null;
    this.#show(null);
  }

  #show(form) {
    this.#form = form;
    fill(this.#panel, form?.node);
    this.#desk.changed();
  }

  /** Draw the ticket as it is now. A form is left alone. */
  draw() {
    const row = this.#ticket && this.#row(this.#ticket.number);
    if (this.#form || !row) return;
    if (!this.#panel.firstChild) fill(this.#panel, ...frame());
    const { more, story: told } = this.#ticket;
    const part = (name) => this.#panel.querySelector(`.${name}`);
    put(part("head"), ...head(row, this.#desk.picture, more));
    put(part("actions"), ...actions(row));
    put(part("code"), ...code(more?.link));
    part("code").hidden = !more?.link;
    put(part("story"), ...story(told || [], Boolean(told)));
    const now = JSON.stringify(row);
    if (this.#ticket.asked !== now) this.#ask(this.#ticket, now);
  }

  #row(number) {
    const known = this.#desk.picture?.tickets.find(({ ticket }) => ticket === number);
    return known || (this.#ticket?.number === number ? this.#ticket.row : null);
  }

  /** Its range, its link and its story are asked for whenever something about it has changed. */
  async #ask(ticket, now) {
    ticket.asked = now;
    const path = `/api/v1/halls/${encodeURIComponent(facts.hall)}/tickets/${ticket.number}`;
    try {
      const [more, { sentences }] = await Promise.all([
        fetched(path),
        fetched(`${path}/explain?language=${language}`),
      ]);
      Object.assign(ticket, { more, story: sentences });
    } catch {
      // It is asked again with the next picture.
      ticket.asked = "";
    }
    if (this.#ticket === ticket && ticket.asked) this.draw();
  }

  /** Look a ticket up that the picture may not have any more, and open it. */
  async find(number) {
    if (this.#row(number)) return this.open(number);
    const path = `/api/v1/halls/${encodeURIComponent(facts.hall)}/tickets/${encodeURIComponent(number)}`;
    try {
      const { ahead, ...row } = await fetched(path);
      this.open(number, ahead === null ? row : { ...row, ahead });
    } catch (error) {
      const gone = error.message === "404";
      const silent = say("The hall did not answer. Press again to repeat it.");
      this.#desk.tell(gone ? say("There is no such number today.") : silent, "bad");
    }
    return undefined;
  }

  // --- what is decided

  async #submitted(event) {
    event.preventDefault();
    const form = this.#form;
    // A key that is held down, or a second click, was meant for what stood here before.
    if (event.target !== form?.node || performance.now() - form.opened < TOO_SOON) return;
    const said = form.said();
    const missing = typeof said === "string" ? said : this.#desk.asleep();
    if (missing) return wrong(form, missing);
    const send = form.node.querySelector("[type=submit]");
    send.setAttribute("aria-disabled", "true");
    try {
      const events = await this.#desk.intents.send(said.verb, said.words, form.intent);
      this.#finished(form, said, events);
    } catch (error) {
      wrong(form, why(say, error));
    }
    send.removeAttribute("aria-disabled");
    return undefined;
  }

  #finished(form, { verb, words }, events) {
    // The same press twice ends here once.
    if (form.over) return;
    form.over = true;
    const ticket = words.ticket || events[0].ticket;
    this.#desk.acted(ticket);
    // Whoever has left the form meanwhile is told, and not taken away from the next thing.
    const here = this.#form === form;
    if (here) this.open(ticket, verb === "take" ? this.#fresh(events[0]) : this.#row(ticket));
    this.#desk.tell(done(say, verb, { ...words, ticket }));
    if (here) this.#desk.home();
  }

  /** A ticket that has just been taken, until the picture has it. */
  #fresh({ ticket, lane, class: class_, at, services, source }) {
    const named = (code_) => this.#desk.services.find(({ service }) => service === code_);
    const all = services.map((one) => named(one) || { service: one, name: one });
    return { ticket, lane, class: class_, state: "waiting", taken: at, services: all, source };
  }
}

function frame() {
  const parts = ["head", "actions", "code", "story"];
  return [
    button(say("Back"), { leave: "" }, { key: "Esc", look: "leave" }),
    ...parts.map((one) => element(one === "code" ? "details" : "div", { class: one })),
  ];
}

async function fetched(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function wrong(form, words) {
  form.node.querySelector(".wrong").textContent = words;
}
