/* How a page asks its hall, and changes something there. */

import { facts } from "../web/words.js";
import { say } from "./say.js";

const root = `/api/v1/halls/${encodeURIComponent(facts.hall)}`;

/** Answers `{ status, told }`; null when nobody answers. With `words` it is a POST. */
export async function ask(path, query = {}, words = null) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(words) };
  const wanted = Object.entries(query).filter(([, value]) => value !== "");
  const address = `${root}${path}${wanted.length ? `?${new URLSearchParams(wanted)}` : ""}`;
  try {
    const answer = await fetch(address, { cache: "no-store", ...(words ? post : {}) });
    return { status: answer.status, told: await answer.json() };
  } catch {
    return null;
  }
}

/** What went wrong, in words. */
export function trouble(answer, words = {}) {
  if (!answer) return say("The hall does not answer. Please try again.");
  if (answer.status === 401) return say("You are not signed in any more.");
  return words[answer.status] || answer.told.message;
}
