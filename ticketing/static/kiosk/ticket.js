/* The number that was given: on the screen with its code, until its visitor has gone. */

import { element, fill, icon } from "../../web/draw.js";
import { watch } from "../../web/hall.js";
import { facts, nameIn } from "../../web/words.js";
import { standing } from "./booking.js";
import { button, heading, range, sign, windows, write } from "./draw.js";
import { linkOf } from "./take.js";

/** One ticket as it is now, followed for as long as it is shown. */
export class Shown {
  seen = null;
  #line = null;

  constructor(kiosk, at) {
    this.until = performance.now() + facts.ticket * 1000;
    this.ask(kiosk, at);
  }

  /** Find its link (unless it came with one), and follow it. */
  async ask(kiosk, at) {
    at.token ??= await linkOf(kiosk, at.ticket);
    if (!at.token || this.closed) return kiosk.renew();
    this.#line = watch({
      hall: facts.hall,
      picture: `ticket:${at.token}`,
      onPicture: (seen) => {
        this.seen = seen;
        kiosk.renew();
      },
    });
    kiosk.redraw();
  }

  /** Nobody looks any more. */
  close() {
    this.closed = true;
    this.#line?.close();
  }
}

/** The ticket `at.ticket`, or the one that `at.token` leads to. */
export function ticket(kiosk, at) {
  const { say } = kiosk;
  at.shown ??= new Shown(kiosk, at);
  const number = element("b", { class: "number" }, at.ticket ?? "…");
  kiosk.keep(() => at.shown.seen && write(number, at.shown.seen.ticket));
  return [
    heading(at.fresh ? say("Your number") : say("The number you have")),
    element("div", { class: "both" }, element("div", { class: "mine" }, number, purpose(kiosk, at), state(kiosk, at), slip(kiosk, at)), codeOf(kiosk, at)),
    leaving(kiosk, at),
  ];
}

function purpose(kiosk, at) {
  const place = element("p", { class: "lead" });
  kiosk.keep(() => {
    const names = at.shown.seen?.services.map((one) => nameIn(kiosk.language, known(kiosk, one))) ?? [];
    write(place, names.join(" · "));
  });
  return place;
}

function known(kiosk, one) {
  return kiosk.catalogue.services.find((service) => service.service === one.service) ?? one;
}

function state(kiosk, at) {
  const { say } = kiosk;
  const place = element("div", { class: "state", role: "status" });
  let before = "";
  kiosk.keep(() => {
    const told = sentences(kiosk, at, say);
    if (told.join("\n") === before) return;
    before = told.join("\n");
    fill(place, ...told.filter(Boolean).map((one, at_) => element("p", { class: at_ ? "" : "people" }, one)));
  });
  return place;
}

function sentences(kiosk, at, say) {
  const seen = at.shown.seen;
  if (!seen) return [say("One moment please")];
  const { window } = seen;
  switch (seen.state) {
    case "waiting": {
      const lane = kiosk.lane(seen.lane);
      const where = windows(kiosk, lane?.windows[seen.class] ?? []);
      const ahead = seen.ahead ? say("People before you: {count}", { count: seen.ahead }) : say("You are next in line");
      const wait = seen.expected ? range(kiosk, seen.expected) : say("The wait cannot be told yet");
      return [ahead, wait, where && say("Please take a seat until you are called to: {where}", { where })];
    }
    case "called":
      return [say("Please go to window {window} now", { window })];
    case "serving":
      return [say("You are being served at window {window}", { window })];
    case "held":
      return [say("Your visit is on hold; the window will call you again.")];
    case "no_show":
      return [say("You missed your call. The guide desk puts you back in line.")];
    default:
      return [say("This number is over.")];
  }
}

const SLIPS = {
  pending: (say) => ["slip", say("Your slip is being printed …")],
  printed: (say) => ["good", say("Please take your slip")],
  no_paper: (say, ticket_) => ["trouble", say("The printer is out of paper. Your number {ticket} is kept; please get a slip at the guide desk.", { ticket: ticket_ })],
  failed: (say, ticket_) => ["trouble", say("The slip could not be printed. Your number {ticket} is kept; please get a slip at the guide desk.", { ticket: ticket_ })],
  none: (say) => ["phone", say("There are no paper slips here: scan the code, or remember your number.")],
};

function slip(kiosk, at) {
  const { say } = kiosk;
  const place = element("p", { class: "slip", role: "status" });
  let before = "";
  kiosk.keep(() => {
    const { slips = {}, printer = "none" } = kiosk.picture ?? {};
    const known = slips[at.ticket];
    const now = printer === "none" && known !== "printed" ? "none" : known;
    if (!at.fresh || !now || now === before) return;
    before = now;
    const [mark, words] = SLIPS[now](say, at.ticket);
    place.className = `slip ${now}`;
    fill(place, sign(mark), element("span", {}, words));
  });
  return place;
}

function codeOf(kiosk, at) {
  if (!at.token) return null;
  const { say } = kiosk;
  const address = `/${facts.hall}/kiosk/tickets/${at.token}.svg`;
  return element(
    "figure",
    { class: "scan" },
    element("img", { class: "code", src: address, alt: say("QR code of your number's own page"), width: 320, height: 320 }),
    element("figcaption", {}, icon("notice"), say("Scan it: your phone shows how the queue moves.")),
  );
}

/** It goes by itself, visibly, and stays for whoever wants it longer. */
function leaving(kiosk, at) {
  const { say } = kiosk;
  const words = element("span");
  const longer = () => (at.shown.until = performance.now() + facts.ticket * 1000);
  kiosk.every(250, () => {
    const left = Math.ceil((at.shown.until - performance.now()) / 1000);
    if (left <= 0) kiosk.anew();
    else write(words, say("Done ({seconds})", { seconds: left }));
  });
  return element(
    "div",
    { class: "leaving" },
    button({ class: "secondary" }, longer, say("Show it longer")),
    button({ class: "primary" }, () => kiosk.anew(), words),
  );
}

/** The chips of what a visitor has told so far: card, booking, green channel. */
export function told(kiosk, groupName) {
  const { say, visit } = kiosk;
  const chips = [];
  if (visit.person) chips.push([sign("card"), say("Your ID card was read")]);
  if (visit.booking) {
    const here = kiosk.at.view === "service" && kiosk.booked;
    chips.push([sign("booking"), here ? standing(kiosk) : say("Booked for {time}", { time: kiosk.time(visit.appointed) })]);
  }
  if (visit.group) chips.push([sign("green"), say("Green channel: {group}", { group: groupName(kiosk, visit.group) })]);
  if (!chips.length) return null;
  const offer = visit.offer && !visit.group && kiosk.hasGreen;
  return element(
    "p",
    { class: "chips" },
    ...chips.map((one) => element("span", { class: "chip" }, ...one)),
    offer ? button({ class: "secondary green" }, () => kiosk.goGreen("elderly"), sign("green"), say("Use the green channel")) : null,
    button({ class: "quiet" }, () => kiosk.anew(), say("Start anew")),
  );
}

