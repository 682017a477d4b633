/* What must be known before something is done: a form for each, and the command it comes to.

   A form answers with `{ title, node, first, said }`: `first` gets the focus, and `said()` is the
   command as `{ verb, words }`, or null while something is missing. */

import { element, fill } from "../../web/draw.js";
import { adder, asked, choice, classes, field, form, reason, reasons, showReasons } from "./fields.js";
import { deviceState, list, named, say, services } from "./words.js";

const LONGEST_NOTE = 500;

/** Another class for a ticket, and why. */
export function class_(desk, row) {
  const wanted = row.class === "green" ? "ordinary" : "green";
  const made = form(
    say("Class of {ticket}", { ticket: row.ticket }),
    [choice("class", say("Class"), classes(desk.picture).filter(({ value }) => value !== row.class), wanted), reasons()],
    { submit: say("Change class") },
  );
  showReasons(made);
  return {
    ...made,
    first: made.node.querySelector(".reasons fieldset:not([hidden]) input, .reasons [name=other]"),
    said: () => {
      const why = made.value("class") === "green" ? reason(made) : made.value("other");
      if (!why) return say("Please say why; the reason is kept with the ticket.");
      return { verb: "reclassify", words: { ticket: row.ticket, class: made.value("class"), reason: why } };
    },
  };
}

/** The slip once more, from which printer. */
export function reprint(desk, row) {
  const printers = desk.picture.devices.filter(({ sort }) => sort === "printer");
  const named_ = printers.map((one) => ({ value: one.id, words: list([one.id, one.state === "ok" ? "" : deviceState(one.state)]) }));
  const usual = { value: "", words: say("Where the number was taken") };
  const made = form(
    say("Print {ticket} again", { ticket: row.ticket }),
    [
      printers.length ? null : element("p", { class: "no" }, say("No printer is known here: please write the number down for the visitor.")),
      printers.length > 1 ? choice("device", say("Printer"), [usual, ...named_], "") : null,
    ].filter(Boolean),
    { submit: say("Print again") },
  );
  return {
    ...made,
    first: made.node.querySelector("[name=device]:checked, [type=submit]"),
    said: () => {
      const device = made.node.querySelector("[name=device]:checked")?.value || "";
      return { verb: "reprint", words: device ? { ticket: row.ticket, device } : { ticket: row.ticket } };
    },
  };
}

/** Another service instead of the present one, or one more. */
export function change(desk, row) {
  let wanted = null;
  const about = element("div", { class: "about", "aria-live": "polite" });
  const more = adder(desk, (one) => {
    wanted = one;
    fill(about, asked(desk, one, false));
    made.node.querySelector("[name=how]:checked").focus();
  }, say("Which service?"));
  const instead = { value: "instead", words: say("Instead of {services}", { services: services(row) }) };
  const also = { value: "also", words: say("After that, in the same visit") };
  const waits = row.state === "waiting" || row.state === "held";
  const made = form(
    say("Another service for {ticket}", { ticket: row.ticket }),
    [more.node, about, choice("how", say("How"), waits ? [instead, also] : [also], waits ? "instead" : "also")],
    { submit: say("Change service") },
  );
  return {
    ...made,
    first: more.input,
    said: () => {
      if (!wanted) return say("Please look for the service first.");
      const { ticket } = row;
      if (made.value("how") === "also") return { verb: "add_step", words: { ticket, service: wanted.service } };
      const now = say("Comes for {service} instead", { service: named(wanted) });
      const note = list([row.note, now]).slice(0, LONGEST_NOTE);
      return { verb: "transfer", words: { ticket, lane: wanted.lane, place: "own", note } };
    },
  };
}

/** Nobody is called by mistake; nobody is sent away by mistake either. */
export function cancel(desk, row) {
  const made = form(
    say("Cancel {ticket}?", { ticket: row.ticket }),
    [
      element("p", {}, say("The number will not be called any more, and cannot come back.")),
      field("other", say("Why (may be left empty)")),
    ],
    { submit: say("Cancel the number"), look: "bad" },
  );
  return {
    ...made,
    first: made.node.elements.other,
    said: () => ({ verb: "cancel", words: { ticket: row.ticket, reason: made.value("other") } }),
  };
}

export const FORMS = { class: class_, reprint, change, cancel };
