/* A number for a visitor, with or without a booking, or for somebody who could not come. */

import { element, fill } from "../../web/draw.js";
import { lookUp, told } from "./booking.js";
import { adder, asked, choice, classes, field, form, reason, reasons, showReasons } from "./fields.js";
import { language, say } from "./words.js";

/** A number for a visitor, or for somebody who could not come; with a booking that was looked up. */
export function take(desk, service, found = null) {
  const wanted = [service];
  const booking = bookingField(desk, found, (booked) => {
    const known = desk.services.find((one) => one.service === booked.service);
    wanted.splice(0, wanted.length, known);
    show();
  });
  const about = element("div", { class: "about", "aria-live": "polite" });
  const more = adder(desk, (one) => {
    if (!wanted.some(({ service: code }) => code === one.service)) wanted.push(one);
    show();
  });
  const language_ = desk.picture.plan?.languages || [];
  const made = form(
    say("Take a number"),
    [
      about,
      booking.node,
      choice("class", say("Class"), classes(desk.picture, "F4"), "ordinary"),
      reasons(),
      choice("who", say("For whom"), [
        { value: "self", words: say("The visitor") },
        { value: "other", words: say("Somebody else"), key: "F8" },
      ], "self"),
      field("on_behalf", say("For whom, in a word (such as: mother)"), { maxlength: 30 }),
      language_.length > 1 ? choice("language", say("Language of the visitor"), language_.map(tongue), language) : null,
      more.node,
    ].filter(Boolean),
    { submit: say("Take the number") },
  );
  made.optional = true;
  const behalf = made.node.elements.on_behalf.closest("label");
  const other = () => made.value("who") === "other";
  const show = () => {
    fill(about, ...wanted.map((one) => asked(desk, one, wanted.length > 1)));
    behalf.hidden = !other();
  };
  made.node.addEventListener("change", ({ target }) => {
    show();
    if (target.name === "who" && other()) made.node.elements.on_behalf.focus();
  });
  about.addEventListener("click", ({ target }) => {
    const at = wanted.findIndex((one) => one.service === target.closest("[data-without]")?.dataset.without);
    if (at >= 0 && wanted.length > 1) wanted.splice(at, 1);
    show();
  });
  const reasonsAgain = showReasons(made);
  const read = () => {
    if (!desk.card?.green) return;
    made.node.elements.class.value = "green";
    made.node.querySelector("[name=reason]").checked = true;
    reasonsAgain();
  };
  show();
  read();
  const green = () => made.value("class") === "green";
  return {
    ...made,
    read,
    first: made.node.querySelector("[type=submit]"),
    said: () => {
      if (booking.open()) return say("Please look the booking up first, or leave its line empty.");
      if (green() && !reason(made)) return say("Please say why the green channel.");
      const words = { services: wanted.map((one) => one.service), class: made.value("class"), source: "guide" };
      if (green()) words.reason = reason(made);
      if (booking.found()) Object.assign(words, booked(booking.found(), words));
      if (other()) words.on_behalf = made.value("on_behalf") || say("Somebody else");
      if (desk.card) words.person = desk.card.person;
      if (made.value("language")) words.language = made.value("language");
      return { verb: "take", words };
    },
  };
}

/** The hall fills in the time, and the class of booked visitors where nobody asks for another. */
function booked({ code }, words) {
  return { booking: code, class: words.class === "ordinary" ? "" : words.class };
}

/** A line for a booking's code: Enter looks it up. `open()`: something stands there that was not. */
function bookingField(desk, known, then) {
  const code = field("booking", say("Code of the booking, if there is one"), { maxlength: 64, autocapitalize: "characters", spellcheck: "false" });
  const input = code.querySelector("input");
  const words = element("p", { class: "booked", role: "status" }, known ? told(known) : "");
  let found = known;
  let asked_ = known?.code || "";
  input.value = asked_;
  const ask = async () => {
    const text = input.value.trim();
    if (!text || text === asked_) return;
    asked_ = text;
    const answer = await lookUp(desk, text);
    // Another code, or none, was typed meanwhile.
    if (input.value.trim() !== text) return;
    found = answer.found || null;
    words.textContent = found ? told(found) : answer.no;
    words.classList.toggle("no", !found);
    if (found) then(found);
    else asked_ = "";
  };
  input.addEventListener("input", () => {
    found = null;
    asked_ = words.textContent = "";
  });
  input.addEventListener("change", ask);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || found || !input.value.trim()) return;
    event.preventDefault();
    ask();
  });
  const open = () => Boolean(input.value.trim()) && !found;
  return { node: element("div", {}, code, words), found: () => found, open };
}

function tongue(tag) {
  const names = new Intl.DisplayNames([language], { type: "language" });
  return { value: tag, words: names.of(tag.split("-")[0]) };
}
