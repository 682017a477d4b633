/* What forms of the desk are made of: choices, lines to write in, reasons, a box for services. */

import { element, fill } from "../../web/draw.js";
import { unique } from "../../web/hall.js";
import { button, offered } from "./lists.js";
import { Picker } from "./search.js";
import { ahead, greenReasons, list, marked, named, range, say } from "./words.js";

const APPOINTMENT = "appointment";

/** One of several things, as large buttons; an option is `{ value, words, key }`. */
export function choice(name, legend, options, chosen) {
  const one = ({ value, words, key = "" }) => {
    const input = element("input", { type: "radio", name, value });
    input.checked = value === chosen;
    const hot = key ? { "data-hotkey": key } : {};
    if (key) input.setAttribute("aria-keyshortcuts", key);
    return element(
      "label",
      hot,
      input,
      element("span", {}, words),
      key ? element("kbd", { "aria-hidden": "true" }, key) : null,
    );
  };
  return element("fieldset", { class: "choice" }, element("legend", {}, legend), ...options.map(one));
}

/** A line to write in. */
export function field(name, words, more = {}) {
  const input = element("input", { type: "text", name, autocomplete: "off", maxlength: 60, ...more });
  return element("label", { class: "field" }, element("span", {}, words), input);
}

/** The frame of a form: its parts, what is wrong, and the way on. */
export function form(title, parts, { submit, look = "first" }) {
  const node = element(
    "form",
    { autocomplete: "off", novalidate: "", "aria-labelledby": "form-title" },
    element("h2", { id: "form-title" }, title),
    element("div", { class: "fields" }, ...parts),
    element("p", { class: "wrong", role: "alert" }),
    element(
      "div",
      { class: "ends" },
      button(say("Back"), { leave: "" }, { key: "Esc" }),
      element("button", { type: "submit", class: look }, element("span", {}, submit), element("kbd", { "aria-hidden": "true" }, "Enter")),
    ),
  );
  // One intent, however often it is sent; after a refusal it is another.
  return { title, node, value: (name) => node.elements[name]?.value?.trim() || "", intent: unique() };
}

/** Why: one of the usual reasons, or one in words. */
export function reasons() {
  const usual = greenReasons().map((words) => ({ value: words, words }));
  const other = { value: "", words: say("Another reason") };
  return element(
    "div",
    { class: "reasons" },
    choice("reason", say("Why the green channel?"), [...usual, other]),
    field("other", say("Another reason, in words")),
  );
}

/** The reason that was given; "" while there is none. */
export function reason(made) {
  const chosen = made.node.querySelector("[name=reason]:checked");
  return (chosen && chosen.value) || made.value("other");
}

/** The classes that a guide gives. `key` presses the green one. */
export function classes(picture, key = "") {
  const all = picture.plan?.classes.filter(({ id }) => id !== APPOINTMENT) || [];
  return all.map((one) => ({ value: one.id, words: named(one), key: one.id === "green" ? key : "" }));
}

/** Reasons are asked for with the green channel only; answers with what shows them again. */
export function showReasons(made) {
  const green = () => made.value("class") === "green";
  const place = made.node.querySelector(".reasons");
  const usual = place.querySelector("fieldset");
  const show = () => {
    usual.hidden = !green();
    place.hidden = made.optional && !green();
  };
  made.node.addEventListener("change", ({ target }) => {
    show();
    if (target.name === "class" && green()) place.querySelector("input").focus();
    if (target.name === "reason" && !target.value) made.node.elements.other.focus();
  });
  made.node.elements.other.addEventListener("input", () => {
    const other = usual.querySelector("[value='']");
    other.checked = true;
  });
  show();
  return show;
}

/** What a service asks of its visitor, and how long it takes. */
export function asked(desk, service, several) {
  const lane = desk.picture.lanes.find(({ lane: id }) => id === service.lane);
  const limits = desk.limits[service.service];
  const left = limits && limits.left !== null ? say("{count} numbers left today", { count: limits.left }) : "";
  const no = limits?.why === "OUT_OF_HOURS" ? say("This service is not given at this hour.") : "";
  return marked(element(
    "div",
    { class: "service" },
    element("b", {}, named(service)),
    element("p", {}, list([named(lane), lane ? ahead(lane.waiting) : "", range(lane?.expected), left])),
    no || limits?.left === 0 ? element("p", { class: "no" }, no || say("Today's numbers for this service are used up.")) : null,
    service.materials?.length ? element("p", {}, say("To bring: {materials}", { materials: list(service.materials) })) : null,
    service.online ? element("p", {}, say("This can be done online, too.")) : null,
    several ? button(say("Without it"), { without: service.service }) : null,
  ));
}

/** A box to look for one more service. */
export function adder(desk, chosen, words = say("One more service"), key = "F7") {
  const found = element("ul", { role: "listbox", id: "more-found", "aria-label": say("Found"), hidden: "" });
  const input = element("input", {
    type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": "more-found",
    "aria-autocomplete": "list", autocomplete: "off", name: "more", "data-hotkey": key, "aria-keyshortcuts": key,
    placeholder: say("Name, pinyin or initials"),
  });
  const lane = (one) => desk.picture.lanes.find(({ lane: id }) => id === one.lane);
  new Picker(input, found, (text) =>
    desk.find(text).map((one) => ({
      key: one.service,
      draw: () => offered(one, lane(one)),
      choose: () => chosen(one),
    })),
  );
  const label = element("label", { class: "field" }, element("span", {}, words, " ", element("kbd", { "aria-hidden": "true" }, key)), input);
  return { node: element("div", { class: "adder" }, label, found), input };
}
