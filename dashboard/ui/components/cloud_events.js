// The pointer among the points of a cloud: plotly.js knows none of them.
import { cloudIn } from "./cloud_layer.js";
import { pointAt } from "./cloud_pointing.js";
import { plainText } from "./plain_text.js";
import { frameOf, isAboveAxes } from "./plotly_inner.js";

/** @import { View } from "./types" */
/** @typedef {{ left: number, top: number, i: number }} Met px from the corner of the axes; the point there, −1: none */

const STILL = 5; // px that a hand moves in a click
const TWICE = 300; // ms within which a second click is part of a double one, as in plotly.js
const LABEL = "vs-figure-hover";

/** @param {View} view @param {(row: number, i: number) => void} clicked */
export function joinCloud(view, clicked) {
  const { host } = view;
  let [waiting, pressed, last] = [false, /** @type {PointerEvent | null} */ (null), -TWICE];
  host.addEventListener("pointermove", (event) => {
    if (!view.options.cloud || event.pointerType === "touch" || waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      name(view, event.buttons ? null : meet(view, event));
    });
  });
  host.addEventListener("pointerleave", () => name(view, null));
  host.addEventListener("pointerdown", (event) => {
    pressed = event.button === 0 ? event : null;
    name(view, null);
  }, true);
  // plotly.js puts a cover over the page while a button is down
  const ends = (/** @type {PointerEvent} */ event) => {
    const [start, moved] = [pressed, pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY)];
    pressed = null;
    if (!start || Number(moved) > STILL || event.timeStamp - last < TWICE) return;
    last = event.timeStamp;
    const met = meet(view, start);
    const drawn = cloudIn(view);
    if (drawn && met && met.i >= 0) clicked(drawn.cloud.customdata[met.i], met.i);
  };
  window.addEventListener("pointerup", ends, true);
  return () => window.removeEventListener("pointerup", ends, true);
}

/** The point under the pointer, where that is on the axes. @param {View} view @param {PointerEvent} event @returns {Met | null} */
function meet(view, event) {
  const frame = frameOf(view.gd);
  if (!view.options.cloud || !frame || !isAboveAxes(event.target)) return null;
  const box = view.gd.getBoundingClientRect();
  const [left, top] = [event.clientX - box.left - frame.x.start, event.clientY - box.top - frame.y.start];
  return { left, top, i: pointAt(view, left, top) };
}

/** Names the point, or none. @param {View} view @param {Met | null} met */
function name(view, met) {
  const { host, gd } = view;
  const present = /** @type {HTMLElement | null} */ (host.querySelector(`.${LABEL}`));
  const [frame, drawn] = [frameOf(gd), cloudIn(view)];
  if (!met || met.i < 0 || !frame || !drawn) return present?.remove();
  const label = present ?? host.appendChild(Object.assign(document.createElement("div"), { className: LABEL }));
  const { x, y, text, customdata } = drawn.cloud;
  label.textContent = text ? plainText(text[met.i]) : `#${customdata[met.i]}`;
  const [left, top] = [frame.x.start + frame.x.pixel(x[met.i]), frame.y.start + frame.y.pixel(y[met.i])];
  const right = left < frame.width / 2;
  Object.assign(label.style, {
    left: right ? `${left + 10}px` : "", right: right ? "" : `${host.clientWidth - left + 10}px`, top: `${top}px`,
    maxWidth: `${Math.max(frame.width - left, left) - 20}px`,
  });
}
