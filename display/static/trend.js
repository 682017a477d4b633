/* How a queue has moved while its visitor's page was open: a line, and the same in words. */

import { hourAndMinute } from "../web/clock.js";
import { element, fill } from "../web/draw.js";

const MOST = 100;
/** So many changes are told in words, with the first. */
const TOLD = 3;
const [WIDE, HIGH, EDGE] = [300, 72, 6];
const SVG = "http://www.w3.org/2000/svg";

/** The people ahead of one ticket over time; kept for the browser tab when it may be. */
export class Trend {
  #name;
  #points;

  constructor(name) {
    this.#name = `jiaohao.trend ${name}`;
    this.#points = kept(this.#name);
  }

  /** At a time (ms) so many people were ahead. */
  add(at, ahead) {
    if (this.#points.at(-1)?.ahead === ahead) return;
    this.#points = [...this.#points, { at, ahead }].slice(-MOST);
    try {
      sessionStorage.setItem(this.#name, JSON.stringify(this.#points));
    } catch {
      // Then it starts anew with the page.
    }
  }

  /** Draw it into a figure; one point is no line yet. */
  draw(figure, now, { say, language, timeZone }) {
    const points = this.#points;
    figure.hidden = points.length < 2;
    if (figure.hidden) return;
    const at = (point) => hourAndMinute(point.at, language, timeZone);
    const told = points.length > TOLD + 1 ? [points[0], ...points.slice(-TOLD)] : points;
    const words = told.map((point) => say("{time}: {ahead} ahead", { time: at(point), ahead: point.ahead }));
    fill(figure, line(points, now), element("figcaption", {}, words.join(" → ")));
  }
}

function line(points, now) {
  const [first, last] = [points[0].at, Math.max(now, points.at(-1).at + 1)];
  const most = Math.max(...points.map(({ ahead }) => ahead), 1);
  const x = (at) => round(EDGE + ((at - first) / (last - first)) * (WIDE - 2 * EDGE));
  const y = (ahead) => round(EDGE + (1 - ahead / most) * (HIGH - 2 * EDGE));
  const steps = points.map(({ at, ahead }, index) => `${index ? "H" : "M"}${x(at)}${index ? "V" : " "}${y(ahead)}`);
  const picture = drawing("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const path = { d: `${steps.join("")}H${x(last)}`, fill: "none", stroke: "currentColor", "stroke-width": "3", "vector-effect": "non-scaling-stroke" };
  picture.append(drawing("path", path));
  return picture;
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function drawing(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) || [];
  } catch {
    return [];
  }
}
