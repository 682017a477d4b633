/* Finding tickets by number or by a scanned link, and a box to type in with what was found for it.
   Services are found by the kiosk's own index. */

import { element, fill } from "../../web/draw.js";
import { marked } from "./words.js";

const MOST_TICKETS = 6;
const TOKEN = /(?:^|\/t\/)([\w-]{1,32})\.([\w-]{1,64})\.([A-Za-z0-9]{1,32})\.[\w-]{22}(?:$|[/?#])/;
const NUMBER = /^([A-Z]{0,4})(\d{1,5})$/;
export const WHOLE = /^[A-Z]{1,4}\d{3,5}$/;
const LIVE = new Set(["waiting", "called", "serving", "held", "no_show"]);

const even = (text) => text.normalize("NFKC").toUpperCase().replace(/\s/g, "");

/** The visit that a scanned link is of: `{ hall, day, ticket }`. */
export function link(text) {
  const [, hall, day, ticket] = text.trim().match(TOKEN) || [];
  return ticket ? { hall, day, ticket } : null;
}

/** The rows a number, or a part of one, may mean; the likeliest first. */
export function tickets(text, rows) {
  const wanted = even(text).match(NUMBER);
  if (!wanted) return [];
  const ranked = rows
    .map((row) => [rank(wanted, row.ticket), row])
    .filter(([place]) => place < Infinity);
  const over = ({ state }) => (LIVE.has(state) ? 0 : 1);
  ranked.sort(([a, one], [b, two]) => a - b || over(one) - over(two) || two.taken - one.taken);
  return ranked.slice(0, MOST_TICKETS).map(([, row]) => row);
}

function rank([whole, letters, digits], number) {
  const [, prefix, count] = number.match(NUMBER) || [];
  if (number === whole) return 0;
  if (!count || (letters && prefix !== letters)) return Infinity;
  if (Number(count) === Number(digits)) return 1;
  if (count.startsWith(digits)) return 2;
  return count.includes(digits) ? 3 : Infinity;
}

/**
 * A box to type in, and the list of what was found for it (combobox and listbox).
 *
 * `find(text)` answers with options `{ key, draw, choose }`: `draw()` makes the inside of one,
 * `choose()` is what happens.
 */
export class Picker {
  #input;
  #list;
  #find;
  #options = [];
  #at = 0;

  constructor(input, list, find) {
    Object.assign(this, { onShow: () => {} });
    [this.#input, this.#list, this.#find] = [input, list, find];
    input.addEventListener("input", () => this.again(0));
    input.addEventListener("keydown", (event) => this.#pressed(event));
    // The input keeps the focus.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const at = [...list.children].indexOf(event.target.closest("[role=option]"));
      if (at >= 0) this.#choose(at);
    });
  }

  /** Look again, as what can be found may have changed. */
  again(at = -1) {
    const key = this.#options[this.#at]?.key;
    const text = this.#input.value;
    this.#options = text.trim() ? this.#find(text) : [];
    const same = this.#options.findIndex((one) => one.key === key);
    this.#at = at >= 0 ? at : Math.max(same, 0);
    this.#show(Boolean(text.trim()));
  }

  clear() {
    this.#input.value = "";
    this.again(0);
  }

  #show(asked) {
    const id = (at) => `${this.#list.id}-${at}`;
    fill(
      this.#list,
      ...this.#options.map((one, at) =>
        element(
          "li",
          { role: "option", id: id(at), "aria-selected": at === this.#at, "data-key": one.key },
          marked(one.draw()),
        ),
      ),
    );
    const some = this.#options.length > 0;
    this.#list.hidden = !some;
    this.#input.setAttribute("aria-expanded", some);
    if (some) this.#input.setAttribute("aria-activedescendant", id(this.#at));
    else this.#input.removeAttribute("aria-activedescendant");
    this.#list.children[this.#at]?.scrollIntoView({ block: "nearest" });
    this.onShow(asked, this.#options.length);
  }

  #pressed(event) {
    // An input method's own Enter chooses characters.
    if (event.isComposing) return;
    const last = this.#options.length - 1;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.#choose(this.#at);
    } else if (event.key === "ArrowDown" && last >= 0) {
      event.preventDefault();
      this.again(Math.min(this.#at + 1, last));
    } else if (event.key === "ArrowUp" && last >= 0) {
      event.preventDefault();
      this.again(Math.max(this.#at - 1, 0));
    }
  }

  #choose(at) {
    const option = this.#options[at];
    if (!option) return;
    this.clear();
    option.choose();
  }
}
