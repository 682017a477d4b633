/* "My turn is near": a notification and a shake, where the browser and its owner allow them.

   Without either the page says so, and works as before: the number and its colour stay. */

import { fill } from "../web/draw.js";

const PLACE = "jiaohao.alerts";
const SHAKE = [400, 150, 400, 150, 700];
/** Notifications need a page that came over HTTPS (or from this very machine). */
const notifies = "Notification" in globalThis && isSecureContext;
const shakes = "vibrate" in navigator;

export class Alerts {
  #button;
  #note;
  #say;
  #told = "";

  constructor(button, note, say) {
    this.#button = button;
    this.#note = note;
    this.#say = say;
    this.on = (notifies || shakes) && kept();
    button.hidden = !(notifies || shakes);
    button.addEventListener("click", () => this.#turn());
    this.#draw();
  }

  /** Tell the visitor something, once for each `about`. */
  tell(about, title, body) {
    if (!this.on || this.#told === about) return;
    this.#told = about;
    // A browser complains about a shake before anybody has touched the page.
    if (shakes && navigator.userActivation?.hasBeenActive) navigator.vibrate(SHAKE);
    if (notifies && Notification.permission === "granted") notify(title, body);
  }

  async #turn() {
    this.on = !this.on;
    keep(this.on);
    this.#draw();
    if (this.on && notifies && Notification.permission === "default") {
      await Notification.requestPermission();
      this.#draw();
    }
    if (this.on && notifies) worker();
  }

  #draw() {
    const say = this.#say;
    this.#button.setAttribute("aria-pressed", String(this.on));
    fill(this.#button, say("Tell me when my turn is near"));
    this.#note.hidden = !this.on && !this.#button.hidden;
    fill(this.#note, this.#how(say));
  }

  #how(say) {
    if (this.#button.hidden) return say("This browser cannot notify you: please watch this page or the screens.");
    if (notifies && Notification.permission === "granted") {
      return say("You are told when two people are ahead of you and when you are called. Leave this page open.");
    }
    if (shakes) return say("Notifications are not allowed here, but the phone shakes while this page is open.");
    return say("Notifications are not allowed here: please watch this page or the screens.");
  }
}

async function notify(title, body) {
  const shown = { body, tag: location.pathname, renotify: true, vibrate: SHAKE, data: location.pathname };
  try {
    (await worker()).showNotification(title, shown);
  } catch {
    // Browsers without workers here let a page notify by itself.
    new Notification(title, { body, tag: location.pathname });
  }
}

async function worker() {
  await navigator.serviceWorker.register("/t/worker.js");
  return navigator.serviceWorker.ready;
}

function kept() {
  try {
    return localStorage.getItem(PLACE) === "on";
  } catch {
    return false;
  }
}

function keep(on) {
  try {
    localStorage.setItem(PLACE, on ? "on" : "off");
  } catch {
    // Then it is asked for again next time.
  }
}
