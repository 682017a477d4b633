/* What a manager does: to a window, and to the day. Each act is asked for in a dialog.

   A dialog is one intent with one key: a double click, a second press after an outage, or a retry
   is the same command, and the hall carries it out once. Nothing is done while the line is down:
   nobody acts on a picture that is old. */

import { element, fill, icon } from "../web/draw.js";
import { Refused, command, unique } from "../web/hall.js";
import { facts } from "../web/words.js";
import { dayActs } from "./day_acts.js";
import { refusal } from "./refusals.js";
import { place, say } from "./say.js";
import { windowForm } from "./window_acts.js";

/** The dialogs of a hall's page; `state` has the `picture` and whether the line is `live`. */
export class Acts {
  #state;
  #dialog = place("dialog");
  #form = null;
  #renew = null;
  #busy = false;
  #keys = new Map();

  constructor(state) {
    this.#state = state;
    this.#dialog.addEventListener("close", () => {
      // Told a moment later, when the next dialog may stand already.
      if (!this.#dialog.open) this.#renew = null;
    });
    if (!facts.may) return;
    place("acts").hidden = false;
    place("buttons").addEventListener("click", (event) => {
      const act = dayActs(this.#state.picture).find(({ id }) => id === event.target.closest("button")?.dataset.act);
      if (!act) return;
      this.#open(act.name, (form) => {
        const drawn = act.form(form, this.#state.picture, this.#say);
        return () => drawn?.(this.#state.picture);
      });
    });
  }

  /** The dialog of one window. */
  window(number) {
    const found = () => this.#state.picture.windows.find((one) => one.window === number);
    if (!found()) return;
    this.#open(say("Window {window}", { window: number }), (form) => {
      const drawn = windowForm(form, found(), this.#state.picture, this.#say);
      return () => found() && drawn(found(), this.#state.picture);
    });
  }

  /** The picture or the line has changed: so may what can be done. */
  renew() {
    const { picture, live } = this.#state;
    if (facts.may && picture) this.#offer(dayActs(picture), live);
    this.#renew?.();
    this.#dialog.querySelectorAll("button[data-does]").forEach((one) => (one.disabled = !live || this.#busy));
    const told = this.#dialog.querySelector(".old-told");
    if (told) told.hidden = live;
  }

  /** Say a sentence at the top of the dialog, or, without one, to everybody. */
  tell(sentence) {
    const where = this.#dialog.open ? this.#dialog.querySelector(".trouble") : null;
    if (where) fill(where, icon("notice"), element("span", {}, sentence));
    else place("said").textContent = sentence;
    if (where) where.hidden = false;
  }

  #offer(acts, live) {
    const buttons = acts.map(({ id, name, look = "" }) => {
      const made = element("button", { type: "button", class: look, "data-act": id, "aria-haspopup": "dialog" }, name);
      made.disabled = !live;
      return made;
    });
    const old = place("buttons");
    if (element("p", {}, ...buttons.map((one) => one.cloneNode(true))).innerHTML !== old.innerHTML) fill(old, ...buttons);
  }

  #open(name, build) {
    this.#keys.clear();
    const form = (this.#form = element("div", { class: "form" }));
    const close = element("button", { type: "button", class: "quiet" }, say("Close this"));
    close.addEventListener("click", () => this.#dialog.close());
    const head = element("h2", { id: "dialog-name" }, name);
    const trouble = element("p", { class: "trouble", role: "alert", hidden: "" });
    const old = element("p", { class: "old-told", role: "status", hidden: "" }, say("The line is down. Nothing can be done until it is back."));
    fill(this.#dialog, element("header", {}, head, close), old, trouble, form);
    this.#renew = build(form) || (() => {});
    if (!this.#dialog.open) this.#dialog.showModal();
    this.renew();
  }

  /**
   * Carry out commands one after the other, `[[verb, words], …]`, and close the dialog. What was
   * said already under this dialog's keys is not done again.
   */
  #say = async (commands) => {
    if (this.#busy || !this.#state.live) return;
    this.#busy = true;
    const form = this.#form;
    this.#dialog.querySelector(".trouble").hidden = true;
    this.renew();
    try {
      for (const [verb, words] of commands) {
        await command(facts.hall, verb, words, { key: this.#key(verb, words), patience: 15_000 });
      }
      // Whoever has gone on to another dialog meanwhile keeps that one.
      if (form === this.#form) this.#dialog.close();
    } catch (error) {
      // A refusal is an answer: the next press is another intent. Nobody's answer is none.
      if (error instanceof Refused) this.#keys.clear();
      this.tell(error instanceof Refused ? refusal(error) : say("The hall does not answer. Press again: it is done once only."));
    } finally {
      this.#busy = false;
      this.renew();
    }
  };

  #key(verb, words) {
    const intent = JSON.stringify([verb, words]);
    if (!this.#keys.has(intent)) this.#keys.set(intent, unique());
    return this.#keys.get(intent);
  }
}
