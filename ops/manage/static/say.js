/* How the manager's pages speak: words, names, times, and lists that are drawn in place. */

import { hourAndMinute } from "../web/clock.js";
import { facts, languages, nameIn, speaker } from "../web/words.js";

export const language = languages[0];
export const say = speaker(language);
export const place = (id) => document.getElementById(id);
export const named = (thing) => (thing ? nameIn(language, thing) : "");
export const time = (at) => hourAndMinute(at, language, facts.timezone);

const MINUTE = 60_000;

/** Day and time, as the hall's clock has them. */
export function moment(at) {
  const shape = { dateStyle: "medium", timeStyle: "short", timeZone: facts.timezone };
  return new Intl.DateTimeFormat(language, shape).format(at);
}

/** Whole minutes, never below nought. */
export const minutes = (ms) => Math.max(0, Math.floor(ms / MINUTE)) || 0;

/** How long, as people say it. */
export function long(ms) {
  const all = minutes(ms);
  if (all < 60) return say("{minutes} min", { minutes: all });
  return say("{hours} h {minutes} min", { hours: Math.floor(all / 60), minutes: all % 60 });
}

/**
 * Let an element have these children, each known by its `data-key`. What looks as it did stays
 * untouched, so that nobody loses the focus or hears the same twice.
 */
export function keep(parent, children) {
  const old = new Map([...parent.children].map((one) => [one.dataset.key, one]));
  const focused = document.activeElement;
  const held = parent.contains(focused) ? focused.closest("[data-key]") : null;
  const again = held ? [...held.querySelectorAll("*")].indexOf(focused) : -1;
  const kept = children.map((child) => {
    const before = old.get(child.dataset.key);
    return before && before.outerHTML === child.outerHTML ? before : child;
  });
  kept.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] || null);
  });
  while (parent.children.length > kept.length) parent.lastChild.remove();
  if (!held || document.activeElement === focused) return;
  const now = kept.find((child) => child.dataset.key === held.dataset.key);
  if (now) (again < 0 ? now : now.querySelectorAll("*")[again] || now).focus();
}

// A language that was chosen is remembered; it says nothing about anybody.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    document.cookie = `jiaohao_language=${link.lang}; path=/; max-age=31536000; samesite=lax`;
  });
}
