/* A kiosk that nobody touches any more: it asks, and then begins anew for the next visitor. */

import { element, fill } from "../../web/draw.js";
import { facts } from "../../web/words.js";
import { button } from "./draw.js";

const TOUCHES = ["pointerdown", "keydown", "wheel", "input"];

/** Watch a kiosk: while `kiosk.clean` there is nothing to begin anew. */
export class Idle {
  #kiosk;
  #dialog;
  #touched = performance.now();

  constructor(kiosk, dialog) {
    this.#kiosk = kiosk;
    this.#dialog = dialog;
    const touched = () => dialog.open || this.touched();
    TOUCHES.forEach((one) => addEventListener(one, touched, { capture: true, passive: true }));
    // The question is answered by a whole touch, on its button or beside it, or by Escape: closed
    // by a finger that comes down, it would leave the rest of the touch to what is beneath.
    dialog.addEventListener("click", (event) => event.target === dialog && this.touched());
    dialog.addEventListener("close", () => this.touched());
    setInterval(() => this.#look(), 250);
  }

  /** Somebody is there. */
  touched() {
    this.#touched = performance.now();
    if (this.#dialog.open) this.#dialog.close();
  }

  #look() {
    const gone = (performance.now() - this.#touched) / 1000;
    const left = Math.ceil(facts.idle + facts.warning - gone);
    if (this.#kiosk.clean || this.#kiosk.busy) this.touched();
    else if (left <= 0) {
      this.touched();
      this.#kiosk.anew();
    } else if (gone >= facts.idle) this.#warn(left);
  }

  #warn(left) {
    const { say } = this.#kiosk;
    if (!this.#dialog.open) {
      const words = element("h2", { id: "still-words" }, say("Are you still there?"));
      const go = () => this.touched();
      fill(
        this.#dialog,
        words,
        // Read out once, and not every second.
        element("p", { id: "still-left", "aria-live": "off" }),
        button({ class: "primary" }, go, say("Yes, go on")),
      );
      this.#dialog.showModal();
    }
    const text = say("This page starts anew in {seconds} s.", { seconds: left });
    document.getElementById("still-left").textContent = text;
  }
}
