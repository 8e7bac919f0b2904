// The only place that knows names which plotly.js keeps to itself: a new version may change
// them without a word. tests/browser/test_inner_names.py compares each function with what is
// on the screen.
import { plainText } from "./plain_text.js";

/** @import { Json, Plot } from "./types" */
/** @typedef {{ _offset: number, _length: number, range: [number, number], d2p(value: any): number }} InnerScale */
/** @typedef {InnerScale & { type: string, ticktext?: string[], tickvals?: any[], _categories?: string[] }} InnerAxis */
/** @typedef {{ width: number, height: number, font: { family: string } }} InnerSize */
/** @typedef {InnerSize & { xaxis?: InnerAxis, yaxis?: InnerAxis }} InnerLayout */
/** @typedef {{ _fullLayout?: InnerLayout, _fullData: Json[] }} Inner */

/**
 * @typedef {object} Axis
 * @property {number} start px from the left or upper edge of the plot's element
 * @property {number} length px
 * @property {[number, number]} range what it shows
 * @property {(value: any) => number} pixel px from the start; of categories, too
 * @property {(label: string) => any} named the value with this label on the axis, if there is one
 * @property {(value: number) => number} dragged likewise, while the user drags the axis, of numbers on a linear one
 */
/** @typedef {{ width: number, height: number, font: string, x: Axis, y: Axis }} Frame */

/** @param {Plot} gd */
function inner(gd) {
  return /** @type {Inner} */ (/** @type {unknown} */ (gd));
}

/** Whether something was drawn. @param {Plot} gd */
export function isDrawn(gd) {
  return Boolean(inner(gd)._fullLayout);
}

/** Where a plot's first axes are; parallel coordinates have none. @param {Plot} gd @returns {Frame | null} */
export function frameOf(gd) {
  const layout = inner(gd)._fullLayout;
  if (!layout?.xaxis || !layout.yaxis) return null;
  const { width, height, font, xaxis, yaxis } = layout;
  return { width, height, font: font.family, x: axisOf(xaxis, false), y: axisOf(yaxis, true) };
}

/** @param {InnerAxis} axis @param {boolean} upwards @returns {Axis} */
function axisOf(axis, upwards) {
  const { _offset: start, _length: length, range } = axis;
  const [from, to] = upwards ? [range[1], range[0]] : range;
  // while an axis is dragged, its range is up to date, but not its own ways
  const dragged = (/** @type {number} */ value) => ((value - from) / (to - from)) * length;
  return { start, length, range, pixel: (value) => axis.d2p(value), dragged, named: (label) => namedOn(axis, label) };
}

/** @param {InnerAxis} axis @param {string} label */
function namedOn({ type, ticktext, tickvals, _categories: categories }, label) {
  const i = ticktext ? ticktext.findIndex((text) => plainText(text) === label) : -1;
  if (i >= 0) return tickvals?.[i];
  if (type === "category") return categories?.find((name) => plainText(name) === label);
  return label !== "" && Number.isFinite(Number(label)) ? Number(label) : undefined;
}

/** Traces with all defaults filled in. @param {Plot} gd */
export function tracesOf(gd) {
  return inner(gd)._fullData;
}

/** Whether this is what plotly.js lays over its axes, to drag. @param {EventTarget | null} target */
export function isAboveAxes(target) {
  return target instanceof Element && target.matches(".nsewdrag");
}

/** What a plot draws points of WebGL in, below legend and hovering. @param {Plot} gd */
export function pointsOf(gd) {
  return gd.querySelector(".gl-container");
}

// plotly.js moves the title of the x axis, too, when it makes room for that of a horizontal
// colour bar; and then moves its group, as it now seems to touch the labels.
const MOVED_TITLE = ".xtitle[transform]";

/** Rule of style that keeps these titles where they belong; as in figure.css. */
export const STEADY_TITLES = `.xtitle, .g-xtitle:has(> ${MOVED_TITLE}) { transform: none; }`;

/** Puts them back in a drawing. @param {Element} drawing */
export function steadyTitles(drawing) {
  for (const title of drawing.querySelectorAll(MOVED_TITLE)) {
    for (const moved of [title, title.parentElement]) moved?.removeAttribute("transform");
  }
}
