// A range input that reports while it is dragged. Python owns the list of stops and sends
// their labels; the browser only moves an index along it.
import { jsonOf } from "./bytes.js";
import { Flight } from "./flight.js";
import { furnish } from "./furnish.js";
import style from "./live_slider.css";
import markup from "./live_slider.html";
import { labelsOf, valuesOf } from "./scale.js";
import { moveThumb } from "./thumbs.js";

/** @import { Scale } from "./scale.js" */
/** @import { Call } from "./types" */

/**
 * @typedef {object} Words what live_slider.py sends
 * @property {string} name key of the slider
 * @property {string} label
 * @property {string} help
 * @property {string} helpName
 * @property {number} index the stop where Python has the slider
 * @property {number} turn number of the report that Python heard last
 */
/** @typedef {Words & Scale} Content */
/** @typedef {HTMLElement & { slider?: Slider }} Root */

class Slider {
  held = false; // a hand is on the thumb
  sentHeld = false;
  /** Of the stops. @type {(number | null)[]} */
  values = [];
  /** Of the stops. @type {string[]} */
  labels = [];

  /** @param {Root} root @param {Content} content */
  constructor(root, content) {
    this.root = root;
    this.content = content;
    this.input = this.find("input", HTMLInputElement);
    this.send = (/** @type {object} */ _report) => {};
    this.flight = new Flight(content.turn, (turn) => {
      this.sentHeld = this.held;
      this.send({ index: this.input.valueAsNumber, turn, held: this.held });
    });
    this.listen();
  }

  /**
   * @template {Element} Kind
   * @param {string} selector
   * @param {new () => Kind} kind
   * @returns {Kind}
   */
  find(selector, kind) {
    const element = this.root.querySelector(selector);
    if (!(element instanceof kind)) throw new TypeError(`the slider has no ${selector}`);
    return element;
  }

  listen() {
    const { input } = this;
    // Whether a hand is on the thumb: what is only passed through is not worth an entry in the
    // browser's history.
    input.onpointerdown = () => {
      this.held = true;
    };
    input.onchange = input.onpointerup = input.onpointercancel = () => {
      this.held = false;
      if (!this.sentHeld) return;
      this.flight.moved(); // say that the position of the last report is final
    };
    input.oninput = () => this.moved();
    input.onkeydown = (event) => {
      // A tenth of the range per page, on every browser; the other keys are the browser's own.
      const sign = event.key === "PageUp" ? 1 : event.key === "PageDown" ? -1 : 0;
      if (!sign) return;
      event.preventDefault();
      input.valueAsNumber += sign * Math.max(1, Math.round(Number(input.max) / 10));
      this.moved();
    };
  }

  moved() {
    this.show();
    this.flight.moved();
  }

  /** Take what Python sent: the slider's words, and the echo of a report. @param {Content} content */
  hear(content) {
    this.content = content;
    this.values = valuesOf(content);
    this.labels = labelsOf(content, this.values);
    this.dress();
    const newest = this.flight.hear(content.turn);
    // also when Python moved it
    if (newest && !this.flight.waiting) this.input.valueAsNumber = content.index;
    this.show();
    this.flight.flush();
  }

  dress() {
    const { input, labels, content: { label, help, helpName } } = this;
    this.find("label", HTMLElement).textContent = label;
    this.find("#tip", HTMLElement).textContent = help;
    const button = this.find(".help", HTMLElement);
    button.hidden = !help;
    button.setAttribute("aria-label", helpName);
    input.setAttribute("aria-label", label);
    if (help) input.setAttribute("aria-description", help);
    input.max = String(labels.length - 1);
    this.find(".ends span:first-child", HTMLElement).textContent = labels[0];
    this.find(".ends span:last-child", HTMLElement).textContent = labels[labels.length - 1];
  }

  show() {
    const { input, values, labels, content: { name } } = this;
    moveThumb(name, values[input.valueAsNumber]); // lines in figures go with it at once
    const text = labels[input.valueAsNumber];
    this.find("output", HTMLElement).textContent = text;
    input.setAttribute("aria-valuetext", text);
    input.style.setProperty("--filled", `${(100 * input.valueAsNumber) / Math.max(1, Number(input.max))}%`);
  }
}

/** @param {Call} call */
export default function ({ data, parentElement, setTriggerValue }) {
  const content = /** @type {Content} */ (jsonOf(data));
  const root = /** @type {Root} */ (furnish(parentElement, markup, style));
  const slider = (root.slider ??= new Slider(root, content)); // this function runs again at each echo
  slider.send = (report) => setTriggerValue("moved", report);
  slider.hear(content);
  return () => root.isConnected || slider.flight.remove();
}
