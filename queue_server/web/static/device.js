/* What screens, tablets and kiosks are: devices of their hall, with a token of their own.

   One is registered once, by opening its page with `#token=jh_…&device=lobby`; the fragment never
   reaches a server, and is taken out of the address. */

import { command } from "./hall.js";

/** A sign of life this often (ms). */
const PULSE = 8_000;

/** The registration of this page, kept in this browser: `{ token, device, … }` like `nobody`. */
export function registration(nobody = { token: "", device: "" }) {
  const place = `jiaohao.device ${location.pathname}`;
  const told = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (!told.token) return kept(place, nobody);
  const made = { ...nobody };
  for (const name of Object.keys(nobody)) made[name] = told[name] || nobody[name];
  history.replaceState(null, "", location.pathname + location.search);
  try {
    localStorage.setItem(place, JSON.stringify(made));
  } catch {
    // A browser that keeps nothing must be told again after a restart.
  }
  return made;
}

// The fragment typed into the address of a page that stands already loads nothing by itself.
addEventListener("hashchange", () => location.hash.includes("token=") && location.reload());

function kept(place, nobody) {
  try {
    return { ...nobody, ...JSON.parse(localStorage.getItem(place)) };
  } catch {
    return nobody;
  }
}

/** Show the hall, for ever, that this device lives. Without a token nothing is said. */
export async function live(hall, { token, device }, sort) {
  while (token) {
    const words = { device, sort, state: "ok" };
    await report(hall, "device_seen", words, { token, patience: 0 });
    await new Promise((then) => setTimeout(then, PULSE));
  }
}

/** Say a command that nobody waits for. */
export async function report(hall, verb, words, how) {
  try {
    await command(hall, verb, words, how);
  } catch (error) {
    // Refused or unheard: what is to be seen is seen all the same.
    console.info(`${verb}: ${error.message}`);
  }
}
