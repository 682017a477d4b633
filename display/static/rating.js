/* Ask for a rating: five faces with words; for the bad ones, what was bad. Never forced. */

import { each, element, fill } from "../web/draw.js";
import { BAD, LEVELS, REASONS } from "./levels.js";

/** A finger that came down while the question changed did not mean it (ms). */
const READY = 600;
const SVG = "http://www.w3.org/2000/svg";
const faces = new URL("faces.svg", import.meta.url).pathname;

/** Levels, then reasons; `onChosen(score, reasons)` gets what was chosen, once. */
export class Rating {
  #place;
  #languages;
  #onChosen;
  #asked = 0;

  /** `onTouched()` hears of every touch that is not the last. */
  constructor(place, languages, onChosen, onTouched = () => {}) {
    this.#place = place;
    this.#languages = languages;
    this.#onChosen = onChosen;
    this.onTouched = onTouched;
    this.bad = null;
  }

  /** Put the question, under what `title` says (an element). */
  ask(title) {
    this.bad = null;
    this.title = title;
    const levels = LEVELS.map((level) => this.#level(level));
    this.#show(title, element("div", { class: "levels" }, ...levels));
  }

  #level({ score, mood, words }) {
    const made = this.#button(`level ${mood}`, words, face(`face-${score}`));
    made.dataset.score = score;
    made.addEventListener("click", () => this.#early() || this.#rated(score));
    return made;
  }

  #rated(score) {
    if (score > BAD) return this.#onChosen(score, []);
    this.bad = { score, reasons: new Set() };
    this.onTouched();
    this.#askWhy();
  }

  #askWhy() {
    const heading = element("h2", { tabindex: "-1" }, this.#both((say) => say("What was not good?")));
    const hint = element("p", { class: "note" }, this.#both((say) => say("Choose as many as you like, or none.")));
    const send = this.#button("primary", (say) => say("Send"));
    send.addEventListener("click", () => this.#early() || this.send());
    const back = this.#button("quiet", (say) => say("Back"));
    back.addEventListener("click", () => {
      this.ask(this.title);
      this.onTouched();
      this.#place.querySelector("button").focus();
    });
    const reasons = REASONS.map((reason) => this.#reason(reason));
    this.#show(heading, hint, element("div", { class: "reasons" }, ...reasons), element("div", { class: "send" }, back, send));
    heading.focus();
  }

  /** Send a bad rating with the reasons that were chosen so far. */
  send() {
    const { score, reasons } = this.bad;
    this.#onChosen(score, [...reasons]);
  }

  #reason({ id, words }) {
    const made = this.#button("", words);
    made.dataset.reason = id;
    made.setAttribute("aria-pressed", "false");
    made.addEventListener("click", () => {
      const chosen = this.bad.reasons;
      if (!chosen.delete(id)) chosen.add(id);
      made.setAttribute("aria-pressed", String(chosen.has(id)));
      this.onTouched();
    });
    return made;
  }

  #button(look, words, ...before) {
    const text = element("span", {}, this.#both(words));
    return element("button", { type: "button", class: `button ${look}`.trim() }, ...before, text);
  }

  #both(words) {
    return each(this.#languages, words);
  }

  #show(...content) {
    this.#asked = performance.now();
    fill(this.#place, element("div", { class: "rating" }, ...content));
  }

  #early() {
    return performance.now() - this.#asked < READY;
  }
}

/** The thanks that follow a rating. */
export function thanks(languages) {
  const words = each(languages, (say) => say("Thank you for your opinion."));
  return element("p", { class: "thanks", role: "status" }, face("thanks"), element("span", {}, words));
}

function face(name) {
  const made = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  made.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${faces}#${name}`);
  made.append(use);
  return made;
}
