/* Where a visitor begins: the lanes, one-thing services, and lists of services to choose from. */

import { element, fill, icon } from "../../web/draw.js";
import { nameIn } from "../../web/words.js";
import { book } from "./booking.js";
import { button, heading, named, range, sign, write } from "./draw.js";
import { likeCode } from "./look.js";
import { closed, left, notNow } from "./reasons.js";

/** So many results a finger may have to scroll through. */
const MOST_FOUND = 30;

/** The first view: a tile for each lane with services, and one for all one-thing services. */
export function home(kiosk) {
  const { say } = kiosk;
  const tiles = element("ul", { class: "tiles" }, ...all(kiosk).map((one) => tile(kiosk, one)));
  return [heading(say("What have you come for?")), notices(kiosk), tiles];
}

function all(kiosk) {
  const { lanes, services } = kiosk.catalogue;
  const together = services.filter((service) => service.steps.length);
  const single = lanes
    .map((lane) => ({ lane, services: services.filter((one) => one.lane === lane.lane) }))
    // A lane of one-thing services alone is the same as their own tile.
    .filter((one) => one.services.some((service) => !service.steps.length));
  return together.length ? [...single, { lane: null, services: together }] : single;
}

function tile(kiosk, { lane, services }) {
  const { say } = kiosk;
  const [only] = services;
  const open = () => {
    if (services.length === 1) kiosk.go({ view: "service", service: only.service });
    else kiosk.go(lane ? { view: "lane", lane: lane.lane } : { view: "things" });
  };
  const words = lane ? named(kiosk, lane, "b") : element("b", {}, say("One thing"));
  const more = lane ? queue(kiosk, lane.lane) : element("span", {}, say("Several offices, one number"));
  return element("li", {}, button({ class: lane ? "tile" : "tile accent" }, open, words, more));
}

/** Who waits in a lane and how long it takes, always as it is now. */
function queue(kiosk, id) {
  const { say } = kiosk;
  const [waiting, wait] = [element("span"), element("span")];
  kiosk.keep(() => {
    const lane = kiosk.lane(id);
    write(waiting, lane ? say("{count} waiting", { count: lane.waiting }) : "");
    write(wait, lane ? range(kiosk, lane.expected[kiosk.class]) : "");
  });
  return element("span", { class: "queue" }, waiting, " ", wait);
}

/** What everybody should know first: closed, by appointment, a notice, an announcement. */
export function notices(kiosk) {
  const { say } = kiosk;
  const place = element("div", { class: "notices" });
  let shown = "";
  kiosk.keep(() => {
    const shut = kiosk.picture && closed(kiosk);
    const { notice = "", broadcast = "" } = kiosk.picture?.today ?? {};
    const lay = kiosk.scans && !kiosk.visit.person;
    const now = JSON.stringify([shut, notice, broadcast, lay]);
    if (now === shown) return;
    shown = now;
    fill(
      place,
      shut && element("p", { class: "shut" }, icon("closed"), element("b", {}, shut.words), element("span", {}, shut.more)),
      !shut && notice ? element("p", {}, icon("notice"), element("span", {}, notice)) : null,
      broadcast ? element("p", {}, icon("called"), element("span", {}, broadcast)) : null,
      lay ? element("p", {}, sign("card"), element("span", {}, say("Lay your ID card on the reader, or scan your booking or your slip."))) : null,
    );
  });
  return place;
}

/** The services of one lane, by department. */
export function lane(kiosk, { lane: id }) {
  const { lanes, services } = kiosk.catalogue;
  const one = lanes.find((known) => known.lane === id);
  if (!one) return null;
  const mine = services.filter((service) => service.lane === id);
  return [
    element("div", { class: "title" }, heading(named(kiosk, one)), queue(kiosk, id)),
    notices(kiosk),
    ...departments(kiosk, mine),
  ];
}

function departments(kiosk, services) {
  const names = [...new Set(services.map((service) => service.department))];
  if (names.length === 1) return [list(kiosk, services)];
  return names.map((name) =>
    element(
      "section",
      {},
      element("h2", kiosk.language.startsWith("zh") ? {} : { lang: "zh-CN" }, name),
      list(kiosk, services.filter((service) => service.department === name)),
    ),
  );
}

/** One-thing services: several offices with one number. */
export function things(kiosk) {
  const { say } = kiosk;
  const services = kiosk.catalogue.services.filter((service) => service.steps.length);
  const words = say("One number for all offices: you keep it from the first window to the last.");
  return [heading(say("One thing")), element("p", { class: "lead" }, words), notices(kiosk), list(kiosk, services)];
}

/** What fits what is typed, always as it is now. */
export function found(kiosk) {
  const { say } = kiosk;
  const place = element("div");
  let shown = null;
  kiosk.keep(() => {
    if (shown === kiosk.typed) return;
    shown = kiosk.typed;
    const services = kiosk.index.find(shown);
    const words = services.length ? say("Services found: {count}", { count: services.length }) : say("Nothing fits “{text}”.", { text: shown });
    const hint = services.length ? null : element("p", {}, say("Try fewer letters, or choose a lane on the first page."));
    const code = shown;
    const booked = likeCode(code) ? button({ class: "secondary" }, () => book(kiosk, code), sign("booking"), say("Look for the booking “{code}”", { code })) : null;
    fill(place, element("p", { class: "lead", role: "status" }, words), hint, booked, list(kiosk, services.slice(0, MOST_FOUND)));
  });
  return [heading(say("Search")), place];
}

function list(kiosk, services) {
  return element("ul", { class: "items" }, ...services.map((service) => item(kiosk, service)));
}

function item(kiosk, service) {
  const { say } = kiosk;
  const open = () => kiosk.go({ view: "service", service: service.service });
  const about = element("span", { class: "about" });
  const one = kiosk.catalogue.lanes.find((known) => known.lane === service.lane);
  kiosk.keep(() => {
    const not = notNow(kiosk, service);
    const where = kiosk.at.view === "lane" ? "" : nameIn(kiosk.language, one ?? {});
    const told = [where, left(kiosk, service)];
    if (service.online) told.push(say("can be done online"));
    about.classList.toggle("not", Boolean(not));
    write(about, not || told.filter(Boolean).join(" · "));
  });
  const mark = service.online ? sign("phone") : null;
  return element("li", {}, button({ class: "item" }, open, named(kiosk, service, "b"), about, mark));
}
