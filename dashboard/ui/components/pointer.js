// The arrow at what a step of a tour points at: a bar, a point, or a cell of a heatmap.
import { plainText } from "./plain_text.js";
import { frameOf, tracesOf } from "./plotly_inner.js";
import { isBeside, staged } from "./staging.js";
import { keyed } from "./streamlit_dom.js";
import { setAttributes, svg } from "./svg.js";

/** @import { Json, Plot, View } from "./types" */
/** @typedef {{ x: any, y: any, bar: boolean }} Place in values of the axes */
/** @typedef {{ tip: [x: number, y: number], back: [x: number, y: number] }} Arrow px, from the plot's corner */

const LONG = 64; // px of an arrow, beside ordinary type
const GAP = 5; // px between its tip and a point
const WRITTEN = 36; // px beside the end of a bar that its number takes
const LAYER = "vs-figure-pointer";
/** What was last brought into sight; scrolling afterwards is the user's. @type {import("./staging.js").Pointer | null} */
let sought = null;

/** Draws the arrow where the step points at something in this figure. @param {View} view */
export function drawPointer({ host, gd, options }) {
  host.querySelector(`.${LAYER}`)?.remove();
  delete host.dataset.pointed;
  const place = placeIn(host, gd);
  const arrow = place && arrowTo(gd, place);
  const frame = frameOf(gd);
  if (!arrow || !frame || options.dim) return;
  const { tip: [x, y], back: [x0, y0] } = arrow;
  const layer = svg("svg", { class: LAYER, width: frame.width, height: frame.height, "aria-hidden": "true" });
  const turn = (Math.atan2(y - y0, x - x0) * 180) / Math.PI;
  const long = Math.hypot(x - x0, y - y0);
  const shape = svg("path", { d: `M0 0L-22 -13L-17 -4.5L${-long} -4.5L${-long} 4.5L-17 4.5L-22 13Z` });
  setAttributes(shape, { transform: `translate(${x} ${y}) rotate(${turn})` });
  layer.append(shape);
  host.append(layer);
  host.dataset.pointed = staged.point?.names.join(" × ");
  if (sought !== staged.point && isBeside()) host.scrollIntoView({ block: "nearest" }); // else away from the words
  sought = staged.point;
}

/** The same in a file, where plotly.js draws it; none where nothing is pointed at. @param {View} view */
export function asArrow({ host, gd }) {
  const place = placeIn(host, gd);
  const arrow = place && arrowTo(gd, place);
  if (!arrow) return [];
  const { tip, back } = arrow;
  const centre = centreOf(gd, place);
  const shifts = centre && { xshift: tip[0] - centre[0], yshift: centre[1] - tip[1] };
  return [{
    name: "pointer", x: place.x, y: place.y, text: "", showarrow: true, arrowhead: 2, arrowsize: 1.1, arrowwidth: 5,
    ax: back[0] - tip[0], ay: back[1] - tip[1], ...shifts,
  }];
}

/** What the step points at, if it is in this figure. @param {Element} host @param {Plot} gd @returns {Place | null} */
function placeIn(host, gd) {
  const { point } = staged;
  if (!point || !frameOf(gd)) return null;
  if (point.figure && !host.closest(keyed(point.figure))) return null;
  return placeOf(gd, point.names);
}

/** @param {Plot} gd @param {string[]} names @returns {Place | null} */
function placeOf(gd, [name, column]) {
  const frame = frameOf(gd);
  if (!frame) return null;
  const { x: across, y: down } = frame;
  if (column !== undefined) {
    const [x, y] = [across.named(column), down.named(name)];
    return x === undefined || y === undefined ? null : { x, y, bar: false };
  }
  const traces = tracesOf(gd).filter(({ x, y, visible }) => x && y && visible === true);
  for (const trace of traces) {
    const i = rowOf(trace, name);
    if (i >= 0) return { x: trace.x[i], y: trace.y[i], bar: trace.type === "bar" };
  }
  const [named, row] = [across.named(name), down.named(name)];
  for (const { x, y, type } of traces) {
    const i = Array.from(y).findIndex((value, j) => value === row || x[j] === named);
    if (i >= 0) return { x: x[i], y: y[i], bar: type === "bar" };
  }
  return null;
}

/** The point of a trace that bears a name. @param {Json} trace @param {string} name */
function rowOf({ text, customdata }, name) {
  const named = (/** @type {unknown} */ value) => typeof value === "string" &&
    (value === name || (/[&<]/.test(value) && plainText(value) === name)); // most need no parser
  const labels = Array.isArray(text) ? text.findIndex(named) : -1;
  if (labels >= 0 || !Array.isArray(customdata)) return labels;
  return customdata.findIndex((value) => (Array.isArray(value) ? value.some(named) : named(value)));
}

/** @param {Plot} gd @param {Place} place @returns {[number, number] | null} px */
function centreOf(gd, { x, y }) {
  const frame = frameOf(gd);
  if (!frame) return null;
  const [left, top] = [frame.x.pixel(x), frame.y.pixel(y)];
  const inside = left >= 0 && left <= frame.x.length && top >= 0 && top <= frame.y.length;
  return inside ? [frame.x.start + left, frame.y.start + top] : null;
}

/** From where there is room: from beside a bar, else slantwise. @param {Plot} gd @param {Place} place @returns {Arrow | null} */
function arrowTo(gd, place) {
  const centre = centreOf(gd, place);
  const frame = frameOf(gd);
  if (!centre || !frame) return null;
  const [x, y] = centre;
  const long = LONG * staged.zoom;
  if (place.bar) {
    const written = WRITTEN * staged.zoom;
    if (x + written + long < frame.width) return { tip: [x + written, y], back: [x + written + long, y] };
    return { tip: [x - GAP, y], back: [x - GAP - long, y] };
  }
  const aside = long * Math.SQRT1_2;
  const [right, below] = [x + aside < frame.width ? 1 : -1, y + aside < frame.height ? 1 : -1];
  const gap = GAP * Math.SQRT1_2;
  const at = (/** @type {number} */ by) => /** @type {[number, number]} */ ([x + right * by, y + below * by]);
  return { tip: at(gap), back: at(gap + aside) };
}
