// A range input that reports while it is dragged. Python owns the list of stops and sends
// their labels; the browser only moves an index along it.
//
// At most one value is in flight. Each carries a number, `turn`, which Python echoes; until
// that echo arrives and the run that answers it has ended, newer positions only overwrite
// each other. (Sending earlier would stop that run before it has drawn its picture, so that
// during a drag no picture would ever be finished.)
import { jsonOf } from "./bytes.js";
import { furnish } from "./furnish.js";
import style from "./live_slider.css";
import markup from "./live_slider.html";
import { isIdle, onScriptChange } from "./streamlit_dom.js";
import { moveThumb } from "./thumbs.js";

/** @import { Call } from "./types" */

const NO_ECHO_MS = 900; // nothing heard: send the newest anyway (a busy server needs its time)
const LONG_RUN_MS = 1500; // heard, but the run goes on: likewise
const LOST_MS = 2500; // still not heard: runs that overtake each other can lose a report

/**
 * @typedef {object} Content what live_slider.py sends
 * @property {string} name key of the slider
 * @property {(number | null)[]} values of the stops
 * @property {string} label
 * @property {string} help
 * @property {string} helpName
 * @property {string[]} labels of the stops
 * @property {number} index the stop where Python has the slider
 * @property {number} turn number of the report that Python heard last
 */
/** @typedef {HTMLElement & { slider?: Slider }} Root */

class Slider {
  waiting = false; // a position is to be sent
  echoed = true; // the last report was heard
  held = false; // a hand is on the thumb
  sentHeld = false;
  sentAt = -Infinity;
  /** @type {number | undefined} */ timer;
  /** @type {number | undefined} */ again;

  /** @param {Root} root @param {Content} content */
  constructor(root, content) {
    this.root = root;
    this.content = content;
    this.input = this.find("input", HTMLInputElement);
    this.sent = this.heard = content.turn;
    this.send = (/** @type {object} */ _report) => {};
    const stop = onScriptChange(() => this.flush());
    this.remove = () => {
      stop();
      clearTimeout(this.timer);
      clearTimeout(this.again);
    };
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
      this.waiting = true; // say that the position of the last report is final
      this.flush();
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
    this.waiting = true;
    this.flush();
  }

  /** Send the position, if one waits and nothing is in flight. */
  flush() {
    clearTimeout(this.timer);
    if (!this.waiting) return;
    const age = performance.now() - this.sentAt;
    const limit = this.echoed ? LONG_RUN_MS : NO_ECHO_MS;
    if (!(this.echoed && isIdle()) && age < limit) {
      this.timer = setTimeout(() => this.flush(), limit - age + 1);
      return;
    }
    Object.assign(this, { waiting: false, echoed: false, sentAt: performance.now(), sentHeld: this.held });
    this.send({ index: this.input.valueAsNumber, turn: ++this.sent, held: this.held });
    clearTimeout(this.again);
    this.again = setTimeout(() => {
      this.waiting = true;
      this.flush();
    }, LOST_MS);
  }

  /** Take what Python sent: the slider's words, and the echo of a report. @param {Content} content */
  hear(content) {
    this.content = content;
    this.dress();
    const { index, turn } = content;
    const restarted = turn < this.heard; // a new session behind the same page
    if (restarted) this.sent = turn;
    this.heard = turn;
    const newest = restarted || turn === this.sent; // else: the echo of an older position
    if (newest) {
      this.echoed = true;
      clearTimeout(this.again);
    }
    if (newest && !this.waiting) this.input.valueAsNumber = index; // also when Python moved it
    this.show();
    this.flush();
  }

  dress() {
    const { input, content: { label, labels, help, helpName } } = this;
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
    const { input, content: { name, values, labels } } = this;
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
  return () => root.isConnected || slider.remove();
}
