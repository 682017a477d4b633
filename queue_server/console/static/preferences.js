/* The language and the theme of this browser: two cookies, which say nothing about anybody. */

import { element } from "../web/draw.js";
import { languages, speaker } from "../web/words.js";

const YEAR = 365 * 24 * 3_600;
const MEDIA = { light: "not all", dark: "all", auto: "(prefers-color-scheme: dark)" };
/** Every language is called what its speakers call it. */
const NAMES = { "zh-CN": "中文", en: "English" };

/** Choices of language and theme, to be put wherever there is room for them. */
export function preferences() {
  const say = speaker();
  return element("div", { class: "preferences" }, tongues(say), themes(say));
}

function tongues(say) {
  // The same order whichever is chosen, Chinese first.
  const all = [...languages].sort().reverse();
  const made = choice(say("Language"), all, languages[0], (one) => NAMES[one] || one, speak);
  made.querySelectorAll("button").forEach((one) => one.setAttribute("lang", one.value));
  return made;
}

function themes(say) {
  const words = { auto: say("As the device"), light: say("Light"), dark: say("Dark") };
  const now = document.documentElement.dataset.theme;
  return choice(say("Appearance"), Object.keys(words), now, (one) => words[one], look);
}

function choice(label, all, chosen, name, choose) {
  const group = element("div", { class: "choice", role: "group", "aria-label": label });
  for (const one of all) {
    const made = element("button", { type: "button", value: one }, name(one));
    made.setAttribute("aria-pressed", String(one === chosen));
    made.addEventListener("click", () => {
      group.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b === made)));
      choose(one);
    });
    group.append(made);
  }
  return group;
}

function speak(language) {
  keep("jiaohao_language", language);
  const here = new URL(location.href);
  here.searchParams.delete("language");
  if (here.href === location.href) location.reload();
  else location.replace(here);
}

function look(theme) {
  keep("jiaohao_theme", theme);
  document.documentElement.dataset.theme = theme;
  document.getElementById("dark").media = MEDIA[theme];
}

function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}
