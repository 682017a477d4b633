/* What the hall knows of a booking's code; for the kiosk and for the guide desk. */

import { facts } from "../../web/words.js";

const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{3,63}$/;
/** The hall is not waited for any longer (ms). */
const PATIENCE = 8_000;

/** A code as it was printed: people type small letters, number pads and phones full-width ones. */
export const tidy = (text) => text.normalize("NFKC").trim().toUpperCase();

/** Whether a text may be a booking's code; names and sounds of services have no digits in them. */
export function likeCode(text) {
  return CODE.test(tidy(text)) && /\d/.test(text);
}

/** What the hall knows of a code (`service`, `appointed`, `state`, …); null when it knows none. */
export async function look(text, token = "") {
  const code = tidy(text);
  if (!CODE.test(code)) return null;
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const path = `/api/v1/halls/${encodeURIComponent(facts.hall)}/bookings/${code}`;
  const answer = await fetch(path, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** The civil day of a moment, as the hall's clock has it. */
export function dayOf(at) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: facts.timezone }).format(at);
}
