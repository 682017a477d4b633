/* What several questions ask for: people, a note, reasons of one's own, and lanes to choose from. */

import { watch } from "../web/hall.js";
import { facts, languages, nameIn } from "../web/words.js";
import * as d from "./dialogs.js";
import { laneName, say } from "./sayings.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** How many wait in each lane of the hall, told for as long as the question stands. */
export function watching(told) {
  let line = null;
  return {
    begun: (offer, form) => {
      let before = "";
      const onPicture = ({ lanes: all }) => {
        const waiting = new Map(all.map((one) => [one.lane, one.waiting]));
        const now = JSON.stringify([...waiting]);
        if (now !== before) told(waiting, offer, form);
        before = now;
      };
      told(new Map(), offer, form);
      line = watch({ hall: facts.hall, picture: "hall", onPicture });
    },
    ended: () => line?.close(),
  };
}

export function lanesAsOptions(lanes_, waiting) {
  return lanes_.map((one, index) => ({
    value: one.lane,
    label: one.name ? nameIn(languages[0], one) : laneName(one.lane),
    more: waiting.has(one.lane) ? say("{people} waiting", { people: waiting.get(one.lane) }) : "",
    key: index < 9 ? String(index + 1) : LETTERS[index - 9] || "",
  }));
}

export function people() {
  return d.field(say("People"), d.count("persons"));
}

export function persons(form) {
  return Math.min(1000, Math.max(1, Math.round(Number(form.get("persons"))) || 1));
}

export function note() {
  return d.field(say("Note"), d.text("note"));
}

export function other() {
  return d.field(say("Or in your own words"), d.text("other"));
}

/** What was written counts before what was chosen. */
export function own({ value, form }) {
  return form.get("other").trim() || value;
}
