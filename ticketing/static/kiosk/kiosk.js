/* The kiosk: what its visitor has told so far, which view stands, and the lines to the hall.

   A view is drawn when somebody comes to it and then stands: only its texts change with the
   pictures, so that no button slips away from under a finger. */

import { hourAndMinute } from "../../web/clock.js";
import { live } from "../../web/device.js";
import { watch } from "../../web/hall.js";
import { renewIfOld } from "../../web/version.js";
import { facts, languages, speaker } from "../../web/words.js";
import { booking } from "./booking.js";
import { mayAsk, registered } from "./device.js";
import { Frame } from "./frame.js";
import { found, home, lane, things } from "./home.js";
import { Idle } from "./idle.js";
import { Readers } from "./reader.js";
import { Index } from "./search.js";
import { ticket } from "./ticket.js";
import { green, help, service } from "./visit.js";

const VIEWS = { home, lane, things, found, service, green, booking, help, ticket };
const SIGNED_OUT = 4501;
/** So long a visitor has to read a sentence (ms). */
const READ = 8_000;

/** What the hall leaves out where there is nothing to tell. */
const EMPTY = { name_en: "", sound: "", department: "", materials: [], online: false, steps: [] };

class Kiosk {
  who = registered();
  registered = true;
  live = false;
  picture = null;
  catalogue = { lanes: [], services: [] };
  index = new Index([]);
  language = languages[0];
  typed = "";
  visit = {};
  message = "";
  readers = new Readers(this);
  time = (at) => hourAndMinute(at, this.language, facts.timezone);
  #stack = [{ view: "home" }];
  #updates = [];
  #timers = [];
  #frame = new Frame(this);

  constructor() {
    const { token } = this.who;
    const line = (picture, onPicture, onLine = () => {}) =>
      watch({ hall: facts.hall, picture, token, patient: true, onPicture, onLine });
    this.line = line("kiosk", (seen) => this.#seen(seen), (told) => this.#heard(told));
    line("catalogue", (seen) => this.#listed(seen));
    addEventListener("popstate", () => this.#popped());
    // Out of the browser's memory: whoever stood here has gone.
    addEventListener("pageshow", (event) => event.persisted && this.anew());
    if (token) this.readers.listen(facts.reader);
    mayAsk(this.who).then((may) => ((this.registered = may), this.renew()));
    live(facts.hall, this.who, "kiosk");
    new Idle(this, document.getElementById("still"));
    this.draw(false);
  }

  // --- what views ask

  get at() {
    return this.#stack.at(-1);
  }

  get depth() {
    return this.#stack.length - 1;
  }

  get say() {
    return speaker(this.language);
  }

  get hasGreen() {
    return Boolean(this.picture?.classes.some((one) => one.class === "green"));
  }

  /** The class that a ticket would get now. */
  get class() {
    if (this.visit.group) return "green";
    if (!this.booked || this.at.view !== "service") return "ordinary";
    return this.visit.bookedClass || (this.takesBookings ? "appointment" : "ordinary");
  }

  get takesBookings() {
    return Boolean(this.picture?.classes.some((one) => one.class === "appointment"));
  }

  /** Whether there is a booking; before a service, whether it is for this one. */
  get booked() {
    const { booking: code, service: wanted } = this.visit;
    return Boolean(code) && (this.at.view !== "service" || this.at.service === wanted);
  }

  get scans() {
    return this.readers.ready;
  }

  /** Nobody has begun anything here. */
  get clean() {
    const untold = !this.typed && !this.message && !Object.keys(this.visit).length;
    return !this.depth && untold && this.language === languages[0] && this.#frame.plain;
  }

  /** Nothing may be taken away now: the hall is being asked, or a ticket goes by itself. */
  get busy() {
    return Boolean(this.at.asking) || this.at.view === "ticket";
  }

  lane(id) {
    return this.picture?.lanes.find((one) => one.lane === id);
  }

  /** Keep a text true: done now, and whenever something has changed. */
  keep(update) {
    this.#updates.push(update);
    update();
  }

  /** Do something again and again (ms), for as long as this view stands. */
  every(pause, then) {
    then();
    this.#timers.push(setInterval(then, pause));
  }

  // --- going about

  go(at) {
    if (this.at.asking) return;
    this.message = "";
    this.#stack.push(at);
    // The browser's own way back is a step back here, and leads out only from the first view.
    if (!history.state?.inside) history.pushState({ inside: true }, "");
    this.draw();
  }

  back() {
    if (this.at.view === "ticket") return this.anew();
    if (this.at.asking || !this.depth) return;
    this.#leave(this.#stack.pop());
    this.message = "";
    this.draw();
  }

  #popped() {
    this.back();
    if (this.depth) history.pushState({ inside: true }, "");
  }

  home() {
    if (this.at.asking) return;
    this.#stack.splice(1).forEach((at) => this.#leave(at));
    this.draw();
  }

  /** One view straight from the first. */
  show(at) {
    this.#stack.splice(1).forEach((gone) => this.#leave(gone));
    this.go(at);
  }

  /** For the next visitor: nothing of this one is left. */
  anew() {
    this.visit = {};
    this.message = "";
    this.language = languages[0];
    this.#frame.anew();
    this.#stack.forEach((at) => (at.asking = false));
    this.home();
    renewIfOld();
  }

  goGreen(group) {
    this.visit.group = group;
    if (this.at.view === "green") this.back();
    else this.redraw();
  }

  search(text) {
    this.typed = text;
    if (this.at.view === "found") return this.renew();
    if (!text || this.at.asking || this.at.view === "ticket") return;
    this.#stack.splice(1).forEach((at) => this.#leave(at));
    this.#stack.push({ view: "found" });
    this.draw(false);
  }

  #leave(at) {
    at.shown?.close();
    if (at.view === "found") this.#frame.forget();
  }

  /** Tell the visitor something, for as long as it takes to read. */
  tell(message) {
    this.message = message;
    this.told();
    if (message) setTimeout(() => this.message === message && this.tell(""), READ);
  }

  // --- drawing

  draw(focus = true) {
    this.#timers.splice(0).forEach(clearInterval);
    this.#updates = [];
    const nodes = VIEWS[this.at.view](this, this.at);
    if (!nodes) return this.home();
    this.#frame.draw(this.at, nodes, focus);
  }

  /** The same view once more: its buttons are others now. */
  redraw() {
    const place = document.getElementById("view");
    const [top, had] = [place.scrollTop, place.contains(document.activeElement)];
    this.draw(false);
    place.scrollTop = top;
    if (had) place.querySelector(".primary:enabled, h1")?.focus({ preventScroll: true });
  }

  /** What the visitor has told so far. */
  told() {
    this.#frame.told();
    this.renew();
  }

  /** The texts of what stands. */
  renew() {
    this.#updates.forEach((update) => update());
  }

  speak(language) {
    this.language = language;
    this.redraw();
  }

  // --- the hall

  #seen(picture) {
    this.picture = picture;
    this.renew();
    this.#frame.renew();
  }

  #listed(catalogue) {
    const services = catalogue.services.map((one) => ({ ...EMPTY, ...one }));
    this.catalogue = { ...catalogue, services };
    this.index = new Index(services);
    if (!this.busy) this.redraw();
  }

  #heard(told) {
    this.live = told.state === "live";
    if (told.code === SIGNED_OUT) this.registered = false;
    if (this.live && this.clean) renewIfOld();
    this.#frame.line(told);
    this.renew();
  }
}

/** The kiosk of this page; named for whoever looks into it with the browser's tools. */
export const kiosk = new Kiosk();
