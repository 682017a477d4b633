/* Who works at this page: asked of the server, and never remembered here. */

import { backOff } from "../web/hall.js";

/** Whoever is signed in (`id`, `name`, `grants`), or null. Waits for a server that is away. */
export async function me() {
  for (let tries = 0; ; tries++) {
    const answer = await asked("/api/v1/me");
    if (answer?.status === 200) return answer.told;
    if (answer?.status === 401) return null;
    await new Promise((then) => setTimeout(then, backOff(tries)));
  }
}

/** The halls in which somebody who is signed in has a role: `hall`, `name`, `name_en`. */
export async function myHalls() {
  const answer = await asked("/api/v1/halls");
  return answer?.status === 200 ? answer.told.halls : [];
}

/** Sign in; answers with `{ status, told }`, or null when the server is away. */
export function signIn(name, password) {
  const body = JSON.stringify({ name, password });
  const headers = { "Content-Type": "application/json" };
  return asked("/api/v1/sign-in", { method: "POST", headers, body });
}

/** Sign out; true once the server has heard it. */
export async function signOut() {
  const answer = await asked("/api/v1/sign-out", { method: "POST" });
  return answer?.status === 200;
}

/** Go to the sign-in page, and come back here from it. */
export function toSignIn() {
  const here = location.pathname + location.search;
  location.replace(`/sign-in?next=${encodeURIComponent(here)}`);
}

/** The place on this server that `?next=` names; the door when it names none. */
export function wanted() {
  const next = new URLSearchParams(location.search).get("next") || "";
  const place = URL.canParse(next, location.origin) ? new URL(next, location.origin) : null;
  const ours = place?.origin === location.origin && next.startsWith("/");
  return ours && place.pathname !== "/sign-in" ? place.pathname + place.search : "/";
}

async function asked(path, request = {}) {
  try {
    const answer = await fetch(path, { cache: "no-store", ...request });
    return { status: answer.status, told: await answer.json() };
  } catch {
    return null;
  }
}
