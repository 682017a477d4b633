/* What stands around every view: hall and time, aids for eyes and tongues, search, keyboard, ways. */

import { element, fill } from "../../web/draw.js";
import { tellLine } from "../../web/line.js";
import { languages, nameIn, facts } from "../../web/words.js";
import { book } from "./booking.js";
import { button, sign, write } from "./draw.js";
import { keyboard } from "./keyboard.js";
import { likeCode } from "./look.js";
import { told } from "./ticket.js";
import { groupName } from "./visit.js";

const root = document.documentElement;
const place = (id) => document.getElementById(id);
const AIDS = ["large", "contrast"];

/** The frame of a kiosk's page. */
export class Frame {
  #kiosk;
  #drawn = "";
  #tell = () => {};
  #line = null;

  constructor(kiosk) {
    this.#kiosk = kiosk;
    this.dark = place("dark").media;
    setInterval(() => this.#clock(), 1000);
    addEventListener("keydown", (event) => event.key === "Escape" && this.#keys(false));
  }

  /** Whether every aid is as it was in the beginning. */
  get plain() {
    return !AIDS.some((aid) => root.classList.contains(aid)) && place("keys").hidden;
  }

  /** Everything that belongs to one visitor is put away. */
  anew() {
    AIDS.forEach((aid) => root.classList.remove(aid));
    place("dark").media = this.dark;
    this.forget();
  }

  /** Nothing is searched any more. */
  forget() {
    this.#kiosk.typed = "";
    if (place("typed")) place("typed").value = "";
    this.#keys(false);
  }

  /** A view and what is around it; `focus`: somebody has come to it. */
  draw(at, nodes, focus) {
    if (this.#drawn !== this.#kiosk.language) this.#around();
    place("view").className = `on-${at.view}`;
    fill(place("view"), ...nodes);
    if (at.view !== "found") this.#keys(at.view === "booking" && !at.told);
    place("find").hidden = at.view === "ticket" || at.view === "booking";
    place("view").querySelector("[data-first]")?.addEventListener("pointerdown", () => this.#keys(true));
    this.#ways(at);
    this.#aids();
    this.told();
    if (!focus) return;
    place("view").scrollTop = 0;
    scrollTo(0, 0);
    (place("view").querySelector("[data-first]") ?? place("view").querySelector("h1")).focus({ preventScroll: true });
  }

  /** The hall's name, once the hall has told it. */
  renew() {
    const { language, picture } = this.#kiosk;
    write(place("name"), nameIn(language, picture?.name ? picture : facts));
  }

  /** How the line to the hall is. */
  line(heard) {
    this.#line = heard;
    this.#tell(heard);
  }

  /** What the visitor has told so far, and what a reader says. */
  told() {
    const { message, at } = this.#kiosk;
    const shown = at.view === "ticket" ? [] : [told(this.#kiosk, groupName)];
    if (message) shown.push(element("p", { class: "message", role: "status" }, sign("card"), message));
    fill(place("told"), ...shown);
  }

  #around() {
    const { language, say } = this.#kiosk;
    this.#drawn = root.lang = language;
    this.#tell = tellLine(place("line"), language);
    if (this.#line) this.#tell(this.#line);
    this.renew();
    this.#clock();
    this.#find(say);
    const typed = () => place("view").querySelector("[data-first]") ?? place("typed");
    keyboard(place("keys"), typed, say, () => this.#keys(false));
  }

  #find(say) {
    const kiosk = this.#kiosk;
    const hint = say("Search: a name, pinyin or its first letters");
    const input = element("input", {
      id: "typed", type: "search", inputmode: "none", enterkeyhint: "search", maxlength: "80", "aria-label": hint, placeholder: hint,
    });
    input.value = kiosk.typed;
    input.addEventListener("input", () => kiosk.search(input.value));
    input.addEventListener("pointerdown", () => this.#keys(true));
    const open = button({ class: "secondary keys" }, () => (this.#keys(place("keys").hidden), input.focus()), say("Keyboard"));
    fill(place("find"), sign("find"), input, open);
    place("find").onsubmit = (event) => {
      event.preventDefault();
      const text = input.value;
      if (likeCode(text) && !kiosk.catalogue.services.some((one) => one.service === text)) {
        kiosk.home();
        book(kiosk, text);
      } else place("view").querySelector(".item")?.focus();
    };
  }

  #keys(shown) {
    place("keys").hidden = !shown;
    document.body.classList.toggle("typing", shown);
  }

  #ways(at) {
    const kiosk = this.#kiosk;
    const { say } = kiosk;
    const quiet = at.view === "ticket";
    place("bar").hidden = quiet;
    if (quiet) return;
    const ways = [];
    if (kiosk.depth) ways.push(button({ class: "way back" }, () => kiosk.back(), sign("back"), say("Back")));
    if (kiosk.depth > 1) ways.push(button({ class: "way" }, () => kiosk.home(), sign("home"), say("First page")));
    if (at.view !== "green") ways.push(this.#green(say));
    if (at.view !== "booking") ways.push(this.#booked(say));
    if (at.view !== "help") ways.push(button({ class: "way help" }, () => kiosk.go({ view: "help" }), sign("help"), say("Help")));
    fill(place("bar"), ...ways);
  }

  #green(say) {
    const kiosk = this.#kiosk;
    const made = button({ class: "way green" }, () => kiosk.go({ view: "green" }), sign("green"), say("Green channel"));
    kiosk.keep(() => (made.hidden = !kiosk.hasGreen || Boolean(kiosk.visit.group)));
    return made;
  }

  #booked(say) {
    const kiosk = this.#kiosk;
    const made = button({ class: "way" }, () => kiosk.go({ view: "booking" }), sign("booking"), say("I have booked"));
    kiosk.keep(() => (made.hidden = !kiosk.takesBookings || Boolean(kiosk.visit.booking)));
    return made;
  }

  #aids() {
    const kiosk = this.#kiosk;
    const { say } = kiosk;
    const names = { large: say("Large type"), contrast: say("High contrast") };
    const aids = AIDS.map((aid) => {
      const on = root.classList.contains(aid);
      return button({ class: "aid", "aria-pressed": String(on) }, (event) => this.#toggle(aid, event.currentTarget), sign(aid), element("span", {}, names[aid]));
    });
    const others = languages.filter((one) => one !== kiosk.language);
    const tongues = others.map((one) => button({ class: "aid", lang: one }, () => kiosk.speak(one), sign("language"), element("span", {}, ownName(one))));
    const had = [...place("aids").children].indexOf(document.activeElement);
    fill(place("aids"), ...aids, ...tongues);
    place("aids").children[had]?.focus();
  }

  #toggle(aid, pressed) {
    const on = root.classList.toggle(aid);
    pressed.setAttribute("aria-pressed", String(on));
    if (aid === "contrast") place("dark").media = on ? "all" : this.dark;
  }

  #clock() {
    const now = this.#kiosk.line?.now();
    if (now) write(place("clock"), this.#kiosk.time(now));
  }
}

/** What a language is called by those who speak it. */
function ownName(tag) {
  const [family] = tag.split("-");
  return new Intl.DisplayNames([tag], { type: "language" }).of(family);
}
