/* The story of a number, and why one was called before another. */

import { element, fill } from "../web/draw.js";
import { ask, trouble } from "./ask.js";
import { day } from "./past.js";
import { language, place, say } from "./say.js";

let turn = 0;

place("story").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [first, second] = ["first", "second"].map((id) => place(id).value.trim().toUpperCase());
  if (!first) return place("first").focus();
  const mine = ++turn;
  const about = { day: day(), language: language.startsWith("zh") ? "zh-CN" : "en" };
  const answer = second
    ? await ask("/explain", { first, second, ...about })
    : await ask(`/tickets/${encodeURIComponent(first)}/explain`, about);
  if (mine !== turn) return;
  if (answer?.status === 200) return fill(place("told"), element("ol", {}, ...answer.told.sentences.map((one) => element("li", {}, one))));
  const words = { 404: say("There is no such number on this day."), 422: say("Please give two different numbers, such as A001.") };
  fill(place("told"), element("p", { class: "told" }, trouble(answer, words)));
});
