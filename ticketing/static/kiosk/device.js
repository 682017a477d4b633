/* A kiosk as a device of its hall (web/device.js). `source` is what its printer listens to. Without
   a token, whoever is signed in in this browser speaks. */

import { registration } from "../../web/device.js";

/** The registration of this kiosk: `{ token, device, source }`. */
export const registered = () => registration({ token: "", device: "kiosk", source: "kiosk" });

/** Whether this browser may speak at all: with a token, or for somebody who is signed in. */
export async function mayAsk({ token }) {
  if (token) return true;
  try {
    return (await fetch("/api/v1/me", { cache: "no-store" })).status !== 401;
  } catch {
    return true;
  }
}
