/* Questions: a few choices with a key each, and what else may be said with them.

   One question stands at a time. It is about what was at the window when it was asked, and goes
   away when that has changed. */

import { element } from "../web/draw.js";
import { say } from "./sayings.js";

const DIGITS = "123456789";
let standing = null;

/** Whether a question stands. */
export function asking() {
  return Boolean(standing);
}

/** What is at the window now: a question about something else is over. True if one was closed. */
export function stillAbout(stand) {
  if (!standing || !standing.about || standing.about === stand) return false;
  standing.answer(null);
  return true;
}

/** Numbered choices from `[value, label]` pairs. */
export function numbered(pairs) {
  return pairs.map(([value, label, more], at) => ({ value, label, more, key: DIGITS[at] || "" }));
}

/**
 * Ask; answers with `{ value, form }` (the form's data) or null.
 *
 * `options` are `{ value, label, more, key, kind }`; `fields` are elements that come before them, `after` behind;
 * `guard()` says why nothing can be done now; `about` is what the question is about.
 */
export function ask(question) {
  standing?.answer(null);
  return new Promise((then) => {
    standing = new Question(question, (answer) => {
      standing = null;
      then(answer);
    });
  });
}

class Question {
  #question;
  #dialog;
  #form;
  #options;
  #trouble;
  #then;

  constructor(question, then) {
    this.#question = { text: "", fields: [], after: [], options: [], guard: () => "", about: "", ...question };
    this.#then = then;
    this.#draw();
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    (this.#dialog.querySelector("[autofocus]") || this.#options.querySelector("button"))?.focus();
  }

  get about() {
    return this.#question.about;
  }

  answer(answer) {
    this.#question.ended?.();
    // Closed first, which gives the focus back to where it was.
    this.#dialog.close();
    this.#dialog.remove();
    this.#then(answer);
  }

  #draw() {
    const { title, text, fields, after, options } = this.#question;
    this.#options = element("div", { class: "options" });
    this.#trouble = element("p", { class: "trouble", role: "alert" });
    this.#form = element(
      "form",
      { method: "dialog", novalidate: "" },
      ...fields,
      this.#options,
      this.#trouble,
    );
    const close = element("button", { type: "button", class: "close" }, say("Back"), kbd("Esc"));
    close.addEventListener("click", () => this.answer(null));
    this.#dialog = element(
      "dialog",
      { "aria-labelledby": "question" },
      element("h2", { id: "question" }, title),
      text ? element("p", { class: "text" }, text) : null,
      this.#form,
      element("div", { class: "after" }, close, ...after),
    );
    this.#offer(options);
    this.#listen();
    this.#question.begun?.((more) => this.#offer(more), this.#form);
  }

  /** Other options than before. */
  #offer(options) {
    const focused = [...this.#options.children].indexOf(document.activeElement);
    this.#options.replaceChildren(...options.map((one) => this.#option(one)));
    this.#options.classList.toggle("many", options.length > 6);
    if (focused >= 0) this.#options.children[Math.min(focused, options.length - 1)]?.focus();
  }

  #option({ value, label, more, key, kind = "" }) {
    const made = element(
      "button",
      { type: "button", class: `option ${kind}`, "data-key": key || "" },
      key ? kbd(key) : null,
      element("span", { class: "label" }, label),
      more ? element("span", { class: "more" }, more) : null,
    );
    if (key) made.setAttribute("aria-keyshortcuts", key);
    made.addEventListener("click", () => this.#choose(value));
    return made;
  }

  #choose(value) {
    const wrong = this.#question.guard();
    this.#trouble.textContent = wrong;
    if (!wrong) this.answer({ value, form: new FormData(this.#form) });
  }

  #listen() {
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.answer(null);
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#options.querySelector("button")?.click();
    });
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const writing = event.target.matches("input:not([type=radio]):not([type=checkbox]), select, textarea");
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      this.#options.querySelector("button")?.click();
      return;
    }
    if (writing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const key = event.key.toUpperCase();
    const chosen = [...this.#options.children].find((one) => key && one.dataset.key === key);
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
  }
}

export function kbd(key) {
  return element("kbd", { "aria-hidden": "true" }, key);
}

/** A field with its label: `field("Note", element("input", …))`. */
export function field(label, input) {
  return element("label", { class: "field" }, element("span", {}, label), input);
}

export function text(name, more = {}) {
  return element("input", { name, maxlength: "500", autocomplete: "off", ...more });
}

export function count(name) {
  return element("input", { name, type: "number", min: "1", max: "1000", value: "1", inputmode: "numeric" });
}

/** A choice of one of `[value, label]`, the first of which is chosen. */
export function one(name, pairs) {
  return element("select", { name }, ...pairs.map(([value, label]) => element("option", { value }, label)));
}

/** A box to tick; `ticked` from the start or not. */
export function tick(name, label, ticked = false, value = "on") {
  const input = element("input", { type: "checkbox", name, value });
  input.defaultChecked = ticked;
  return element("label", { class: "tick" }, input, element("span", {}, label));
}

/** Several fields side by side. */
export function row(...fields) {
  return element("div", { class: "fields" }, ...fields);
}
