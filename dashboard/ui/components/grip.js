// A point of a figure that a hand or the arrow keys move. It goes with the hand at once; Python
// hears of it as it moves, and sends the picture that belongs to it.
import { Flight } from "./flight.js";
import { frameOf } from "./plotly_inner.js";

/** @import { Grip, View } from "./types" */
/** @typedef {{ x: number, y: number }} Place in units of the axes */

const KEYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
});
const NUDGE = 0.01; // of the axis, for each press of a key

export class Handle {
  held = false;

  /** @param {View} view @param {HTMLElement} button @param {Grip} grip */
  constructor(view, button, grip) {
    this.view = view;
    this.button = button;
    /** @type {Place} */
    this.place = grip;
    this.flight = new Flight(grip.turn, (turn) =>
      view.setTriggerValue("grip", { ...this.place, turn, held: this.held }));
    button.onpointerdown = (event) => {
      button.setPointerCapture(event.pointerId);
      this.held = true;
    };
    button.onpointermove = (event) => this.held && this.follow(event);
    button.onpointerup = button.onpointercancel = () => this.release();
    button.onkeydown = (event) => this.nudge(event);
  }

  /** @param {PointerEvent} event */
  follow({ clientX, clientY }) {
    const frame = frameOf(this.view.gd);
    if (!frame) return;
    const { left, top } = this.view.gd.getBoundingClientRect();
    const across = (clientX - left - frame.x.start) / frame.x.length;
    const down = (clientY - top - frame.y.start) / frame.y.length;
    this.move(across, 1 - down);
  }

  /** @param {KeyboardEvent} event */
  nudge(event) {
    const [right, up] = KEYS[event.key] ?? [0, 0];
    const frame = frameOf(this.view.gd);
    if (!frame || !(right || up)) return;
    event.preventDefault();
    const { x, y } = frame;
    this.move(share(this.place.x, x.range) + right * NUDGE, share(this.place.y, y.range) + up * NUDGE);
  }

  /** Move to these shares of the axes. @param {number} across @param {number} up */
  move(across, up) {
    const frame = frameOf(this.view.gd);
    if (!frame) return;
    this.place = { x: value(across, frame.x.range), y: value(up, frame.y.range) };
    this.show();
    this.flight.moved();
  }

  release() {
    if (!this.held) return;
    this.held = false;
    this.flight.moved(); // say that this position is final
  }

  /** Take what Python sent. @param {Grip} grip */
  hear(grip) {
    const newest = this.flight.hear(grip.turn);
    if (newest && !this.flight.waiting && !this.held) this.place = grip;
    this.button.setAttribute("aria-label", grip.label);
    this.show();
    this.flight.flush();
  }

  show() {
    const { gd } = this.view;
    const frame = frameOf(gd);
    if (!frame) return;
    const [across, up] = [share(this.place.x, frame.x.range), share(this.place.y, frame.y.range)];
    this.button.hidden = across < 0 || across > 1 || up < 0 || up > 1;
    this.button.style.left = `${gd.offsetLeft + frame.x.start + across * frame.x.length}px`;
    this.button.style.top = `${gd.offsetTop + frame.y.start + (1 - up) * frame.y.length}px`;
  }
}

/** Put a figure's grip where it belongs, if it has one. @param {View} view */
export function placeGrip(view) {
  const { host, options: { grip } } = view;
  const button = /** @type {HTMLElement | null} */ (host.querySelector(".vs-figure-grip"));
  if (!button) return;
  if (!grip) {
    button.hidden = true;
    return;
  }
  view.grip ??= new Handle(view, button, grip);
  view.grip.hear(grip);
}

/** @param {number} at @param {[number, number]} range */
function share(at, [from, to]) {
  return (at - from) / (to - from);
}

/** @param {number} at share of the axis @param {[number, number]} range */
function value(at, [from, to]) {
  return from + Math.min(Math.max(at, 0), 1) * (to - from);
}
