/* One mode for many halls at once: they are chosen in the tree, looked over, and told one by one.

   Each hall hears a command of its own, under a key that stays the same until the mode or the
   notice is another: what did not come through is said again and done once. */

import { element, fill, icon } from "../web/draw.js";
import { Refused, command, unique } from "../web/hall.js";
import { facts } from "../web/words.js";
import { choice, doer, field } from "./fields.js";
import { refusal } from "./refusals.js";
import { named, place, say } from "./say.js";

/** So many halls are spoken to at the same time. */
const TOGETHER = 6;
const PATIENCE = 15_000;

/** Choosing halls, and what is done with them; `state.live` says whether the line is up. */
export class Many {
  #state;
  #halls = [];
  #chosen = new Set();
  #dialog = place("dialog");
  #wanted = { mode: "appointment_only", notice: "" };
  #keys = new Map();
  #busy = false;

  constructor(state) {
    this.#state = state;
    if (facts.leads && !facts.leads.length) return;
    place("many").hidden = false;
    place("choose").addEventListener("click", () => this.#choose(!document.body.classList.contains("choosing")));
    place("change").addEventListener("click", () => this.#open());
    place("tree").addEventListener("change", ({ target }) => target.matches(".pick input") && this.#picked(target));
    this.#dialog.addEventListener("cancel", (event) => this.#busy && event.preventDefault());
  }

  /** The tree that is shown from now on. */
  tree(tree) {
    this.#halls = below(tree, []).filter(({ hall }) => leads(hall));
    const known = new Set(this.#halls.map(({ hall }) => hall));
    this.#chosen.forEach((hall) => known.has(hall) || this.#chosen.delete(hall));
    this.renew();
  }

  /** What can be done now. */
  renew() {
    const count = this.#chosen.size;
    place("chosen").textContent = say("Halls chosen: {count}", { count });
    place("change").disabled = !count || !this.#state.live;
    this.#boxes().forEach((box) => {
      const halls = JSON.parse(box.dataset.halls);
      const ticked = halls.filter((hall) => this.#chosen.has(hall)).length;
      box.checked = ticked > 0 && ticked === halls.length;
      box.indeterminate = ticked > 0 && ticked < halls.length;
    });
    this.#dialog.querySelectorAll("button[data-does]").forEach((one) => (one.disabled = this.#busy || !this.#state.live));
  }

  #boxes() {
    return place("tree").querySelectorAll(".pick input");
  }

  #choose(on) {
    document.body.classList.toggle("choosing", on);
    place("choose").setAttribute("aria-pressed", String(on));
    place("bar").hidden = !on;
    if (!on) this.#chosen.clear();
    this.renew();
  }

  #picked(box) {
    JSON.parse(box.dataset.halls).forEach((hall) => (box.checked ? this.#chosen.add(hall) : this.#chosen.delete(hall)));
    this.renew();
  }

  // --- the dialog

  #open() {
    this.#ask(this.#halls.filter(({ hall }) => this.#chosen.has(hall)));
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #frame(name, ...parts) {
    const close = element("button", { type: "button", class: "quiet" }, say("Close this"));
    close.addEventListener("click", () => this.#busy || this.#dialog.close());
    const head = element("h2", { id: "dialog-name", tabindex: "-1" }, name);
    fill(this.#dialog, element("header", {}, head, close), element("div", { class: "form" }, ...parts));
    if (this.#dialog.open) head.focus();
    this.renew();
  }

  #ask(halls) {
    const mode = choice(Object.entries(modes()), this.#wanted.mode);
    const notice = element("textarea", { maxlength: "500", rows: "3" });
    notice.value = this.#wanted.notice;
    const next = doer(say("Look it over"), () => {
      // A notice is one line on every screen.
      const wanted = { mode: mode.value, notice: notice.value.replace(/\s+/g, " ").trim() };
      if (JSON.stringify(wanted) !== JSON.stringify(this.#wanted)) this.#keys.clear();
      this.#wanted = wanted;
      this.#confirm(halls);
    }, "primary");
    this.#frame(
      say("Who may take numbers"),
      element("p", {}, say("Halls chosen: {count}", { count: halls.length })),
      field(say("Who may take a number"), mode),
      field(say("Notice for visitors"), notice, say("It stands on the screens and at the kiosk.")),
      next,
    );
  }

  #confirm(halls) {
    const { mode, notice } = this.#wanted;
    const told = notice ? say("Notice: {notice}", { notice }) : say("Without a notice; the one that stands there goes.");
    const back = element("button", { type: "button" }, say("Change it"));
    back.addEventListener("click", () => this.#ask(halls));
    this.#frame(
      say("Is this right?"),
      element("p", { class: "sure" }, icon("notice"), element("b", {}, say("In {count} halls, who may take a number: {mode}", { count: halls.length, mode: modes()[mode] }))),
      element("p", {}, told),
      element("ul", { class: "told" }, ...halls.map((one) => element("li", {}, element("b", {}, one.name)))),
      element("p", { class: "buttons" }, doer(say("Let it hold in all of them"), () => this.#say(halls), "primary"), back),
    );
  }

  async #say(halls) {
    const rows = new Map(halls.map((one) => [one.hall, element("span", {}, say("not told yet"))]));
    const sum = element("p", { class: "sum", role: "status" }, say("One moment please"));
    const ends = element("p", { class: "buttons" });
    const line = (one) => element("li", { "data-told": one.hall }, element("b", {}, one.name), " ", rows.get(one.hall));
    this.#busy = true;
    this.#frame(say("Who may take numbers"), sum, element("ul", { class: "told" }, ...halls.map(line)), ends);
    const failed = [];
    const waiting = [...halls];
    const work = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        if (!(await this.#tell(one, rows.get(one.hall)))) failed.push(one);
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, work));
    this.#busy = false;
    const done = halls.length - failed.length;
    sum.textContent = say("Done in {done} of {count} halls.", { done, count: halls.length });
    sum.classList.toggle("bad", failed.length > 0);
    if (failed.length) {
      const again = halls.filter((one) => failed.includes(one));
      fill(ends, doer(say("Try the others again: {count}", { count: again.length }), () => this.#say(again), "primary"));
    } else this.#choose(false);
    this.renew();
  }

  /** Tell one hall; whether it holds there now. */
  async #tell({ hall }, row) {
    row.textContent = say("One moment please");
    if (!this.#keys.has(hall)) this.#keys.set(hall, unique());
    try {
      await command(hall, "set_mode", this.#wanted, { key: this.#keys.get(hall), patience: PATIENCE });
      // What is said from here on is said anew, also if it is the same.
      this.#keys.delete(hall);
      fill(row, icon("open"), say("Done"));
      row.className = "good";
      return true;
    } catch (error) {
      fill(row, icon("notice"), error instanceof Refused ? refusal(error) : say("This hall does not answer. Try again: it is done once only."));
      row.className = "bad";
      return false;
    }
  }
}

function modes() {
  return {
    normal: say("Everybody"),
    appointment_only: say("Only who has an appointment"),
    closed: say("Nobody"),
  };
}

/** Whether I may do anything in a hall; without a list, in all of them. */
export function leads(hall) {
  return !facts.leads || facts.leads.includes(hall);
}

/** Every hall below a place, with the names that lead there. */
function below({ halls, places }, path) {
  const here = halls.map((one) => ({ hall: one.hall, name: [...path, named(one)].join(" · ") }));
  return [...here, ...places.flatMap((one) => below(one, [...path, one.name]))];
}

/** A box for these halls; nothing where I may do nothing. */
export function pick(halls, name) {
  const mine = halls.filter(leads);
  if (!mine.length) return null;
  const input = element("input", { type: "checkbox", "data-halls": JSON.stringify(mine), "aria-label": name });
  return element("label", { class: "pick box" }, input);
}
