/* A screen as it was: with `?at=` (Unix ms, or the hall's own time) in its address, a page shows the
   picture of that moment, and its clock stands. Only the hall's managers and auditors get one. */

import { date } from "../web/clock.js";
import { element, fill, icon } from "../web/draw.js";
import { watch } from "../web/hall.js";
import { facts, languages, speaker } from "../web/words.js";

const asked = new URLSearchParams(location.search);

/** Whether this page shows the past; it is no device then, and reports nothing. */
export const past = asked.has("at");

export const NOBODY = { token: "", device: "" };

/** `watch` of hall.js, or, on a page of the past, its one picture. */
export function follow(wanted) {
  return past ? new Past({ onLine: () => {}, ...wanted }) : watch(wanted);
}

class Past {
  #wanted;
  #at = NaN;

  constructor(wanted) {
    this.#wanted = wanted;
    this.#look();
  }

  now() {
    return this.#at;
  }

  since(at) {
    return Math.max(0, this.#at - at) || 0;
  }

  close() {}

  async #look() {
    const { hall, picture, onPicture } = this.#wanted;
    const query = new URLSearchParams({ at: asked.get("at"), day: asked.get("day") || "" });
    const path = `/api/v1/halls/${encodeURIComponent(hall)}/past/${encodeURIComponent(picture)}?${query}`;
    const answer = await fetch(path, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return this.#none(answer?.status);
    const told = await answer.json();
    this.#at = told.now;
    onPicture(told);
    tell(told.now);
  }

  #none(status) {
    const code = { 401: 4501, 403: 4503, 404: 4504 }[status] || 0;
    this.#wanted.onLine({ state: "stopped", code, reason: "", heard: NaN });
  }
}

/** Nobody may take it for the hall of now. */
function tell(at) {
  const place = document.getElementById("line");
  const shape = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: facts.timezone };
  const time = new Intl.DateTimeFormat(languages[0], shape).format(at);
  const say = speaker();
  const words = say("As it was on {date} at {time}", { date: date(at, languages[0], facts.timezone), time });
  fill(place, icon("notice"), element("span", {}, words));
  place.hidden = false;
  document.body.dataset.past = at;
}
