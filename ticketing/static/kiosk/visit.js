/* One service before the number is taken: what to bring, how long, online, green channel. */

import { element, fill, icon } from "../../web/draw.js";
import { facts } from "../../web/words.js";
import { button, heading, named, range, sign, windows, write } from "./draw.js";
import { closed, desk, left, notNow, refused } from "./reasons.js";
import { take } from "./take.js";

/** The service, and the one button that gives a number. */
export function service(kiosk, at) {
  const one = kiosk.catalogue.services.find((known) => known.service === at.service);
  if (!one) return null;
  const { say } = kiosk;
  return [
    heading(named(kiosk, one)),
    element(
      "div",
      { class: "visit" },
      element("div", { class: "before" }, materials(kiosk, one), steps(kiosk, one), online(kiosk, one)),
      element(
        "section",
        { class: "take", "aria-label": say("Your number") },
        waiting(kiosk, one),
        outcome(kiosk, one, at),
        takeButton(kiosk, one, at),
        greenOffer(kiosk),
      ),
    ),
  ];
}

function materials(kiosk, { materials: all }) {
  const { say } = kiosk;
  const list = all.length
    ? element("ol", { class: "numbered", lang: "zh-CN" }, ...all.map((one) => element("li", {}, one)))
    : element("p", {}, say("There is no list here. The guide desk tells you what to bring."));
  return element("section", { class: "panel" }, element("h2", {}, say("Please have ready")), list);
}

function steps(kiosk, { steps: all }) {
  if (!all.length) return null;
  const { say } = kiosk;
  const { lanes } = kiosk.catalogue;
  const stop = ({ lane: id, services }) => {
    const known = lanes.find((lane) => lane.lane === id);
    const names = services.map((one) => named(kiosk, one));
    return element("li", {}, known ? named(kiosk, known, "b") : null, " ", ...names);
  };
  const list = element("ol", { class: "numbered" }, ...all.map(stop));
  return element("section", { class: "panel" }, element("h2", {}, say("Your way through the hall")), list);
}

function online(kiosk, one) {
  if (!one.online) return null;
  const { say } = kiosk;
  const address = `/${facts.hall}/kiosk/services/${encodeURIComponent(one.service)}.svg`;
  return element(
    "section",
    { class: "panel online" },
    element("img", { class: "code", src: address, alt: say("QR code of the online service"), width: 200, height: 200 }),
    element(
      "div",
      {},
      element("h2", {}, sign("phone"), say("This can be done online")),
      element("p", {}, say("Scan the code with your phone: no number, no wait.")),
    ),
  );
}

function waiting(kiosk, one) {
  const { say } = kiosk;
  const lines = { people: element("p", { class: "people" }), range: element("p", { class: "range" }), where: element("p"), left: element("p") };
  kiosk.keep(() => {
    const lane = kiosk.lane(one.lane);
    if (!lane) return;
    write(lines.people, say("{count} waiting", { count: lane.waiting }));
    write(lines.range, range(kiosk, lane.expected[kiosk.class]));
    write(lines.where, windows(kiosk, lane.windows[kiosk.class] ?? []));
    write(lines.left, left(kiosk, one));
  });
  return element("div", { class: "waiting" }, ...Object.values(lines));
}

/** What became of the question: nothing yet, or why there is no number. */
function outcome(kiosk, one, at) {
  const place = element("div", { class: "outcome", role: "alert" });
  if (!at.error) return place;
  const { say } = kiosk;
  const { words, more } = refused(kiosk, at.error, one);
  fill(place, element("p", { class: "shut" }, sign("trouble"), element("b", {}, words), element("span", {}, more)));
  // The sentence of the hall names the number that the person has.
  const had = at.error.code === "DUPLICATE" && /\b[A-Z]{1,4}\d{3,5}\b/.exec(at.error.message)?.[0];
  if (had) {
    const show = () => kiosk.show({ view: "ticket", ticket: had });
    place.append(button({ class: "secondary" }, show, sign("slip"), say("Show my number {ticket}", { ticket: had })));
  }
  return place;
}

function takeButton(kiosk, one, at) {
  const { say } = kiosk;
  const words = element("span");
  const made = button({ class: "primary" }, () => take(kiosk, one, at), words);
  const why = element("p", { class: "why" });
  kiosk.keep(() => {
    const shut = closed(kiosk);
    const not = shut ? shut.words : notNow(kiosk, one);
    const deaf = !kiosk.live && !at.asking;
    made.disabled = Boolean(not) || deaf || Boolean(at.asking);
    made.setAttribute("aria-busy", String(Boolean(at.asking)));
    write(words, at.asking ? say("One moment please") : at.error ? say("Try again") : say("Take a number"));
    const away = deaf && !not ? say("The line to the hall is down for the moment.") : "";
    write(why, not ? `${not}. ${shut?.more || desk(kiosk)}` : away);
  });
  return element("div", {}, made, why);
}

function greenOffer(kiosk) {
  const { say } = kiosk;
  if (!kiosk.hasGreen || kiosk.visit.group) return null;
  return button({ class: "secondary green" }, () => kiosk.go({ view: "green" }), sign("green"), say("Green channel: is it for you?"));
}

/** Who may use the green channel; the answer goes with the visit, and is kept nowhere. */
const GROUPS = (say) => [
  ["elderly", say("Aged 60 or older")],
  ["disabled", say("Living with a disability")],
  ["ill", say("Seriously ill or hurt")],
  ["pregnant", say("Pregnant, or with a baby")],
  ["military", say("Serving, veteran, or a martyr's family")],
  ["rescue", say("Fire and rescue service")],
  ["other", say("I need help for another reason")],
];

/** The name of a group that a visitor has chosen. */
export function groupName(kiosk, id) {
  return GROUPS(kiosk.say).find(([group]) => group === id)?.[1] ?? "";
}

/** The question which group it is. */
export function green(kiosk) {
  const { say } = kiosk;
  const choose = (group) => () => kiosk.goGreen(group);
  const tiles = GROUPS(say).map(([group, name]) =>
    element("li", {}, button({ class: "tile plain" }, choose(group), element("b", {}, name))),
  );
  return [
    heading(say("Green channel")),
    element("p", { class: "lead" }, say("You are called sooner. Which is true for you?")),
    element("ul", { class: "tiles" }, ...tiles),
    element("p", { class: "note" }, icon("notice"), say("The window may ask to see a document. Your answer is not stored.")),
  ];
}

/** Who helps, and how to go on alone. */
export function help(kiosk) {
  const { say } = kiosk;
  const phone = kiosk.picture?.phone;
  const place = element("p", { class: "people" });
  kiosk.keep(() => write(place, desk(kiosk)));
  const how = [
    say("Choose a lane, or type how your service sounds: the first letters of the pinyin will do."),
    say("See what to bring, and press “Take a number”."),
    say("Keep your number, and come when the screen and the voice call it."),
  ];
  return [
    heading(say("Help")),
    place,
    element("ol", { class: "numbered panel" }, ...how.map((one) => element("li", {}, one))),
    phone ? element("p", { class: "lead" }, say("Complaints: {phone}", { phone })) : null,
  ];
}
