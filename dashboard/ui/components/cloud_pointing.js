// Which points of a cloud lie under the pointer, and within what is drawn around.
import { boundsOf } from "./cloud.js";
import { cloudIn } from "./cloud_layer.js";
import { lookOf, OUT } from "./cloud_look.js";
import { frameOf } from "./plotly_inner.js";

/** @import { Json, View } from "./types" */
/** @import { Cloud } from "./cloud.js" */
/** @typedef {{ side: number, starts: Uint32Array, points: Uint32Array }} Cells a square of cells, and the points in each */

const NEAR = 20; // px within which a point is meant, as in plotly.js
const FEW = 8; // points in a cell, on average
/** @type {WeakMap<object, Cells>} */
const cells = new WeakMap();

/**
 * The point that is meant by a place in px from the corner of the axes: the nearest of those that
 * are shown; −1 for none.
 * @param {View} view
 * @param {number} left
 * @param {number} top
 */
export function pointAt(view, left, top) {
  const frame = frameOf(view.gd);
  const drawn = cloudIn(view);
  if (!frame || !drawn) return -1;
  const { cloud, looks } = drawn;
  const { x: across, y: down } = frame;
  const px = (/** @type {typeof across} */ axis) => (axis.range[1] - axis.range[0]) / axis.length;
  const [perX, perY] = [px(across), px(down)];
  const [x, y] = [across.range[0] + left * perX, down.range[1] - top * perY];
  let [best, nearest] = [-1, NEAR ** 2];
  visit(cloud, [x - NEAR * perX, x + NEAR * perX], [y - NEAR * perY, y + NEAR * perY], (i) => {
    const apart = ((cloud.x[i] - x) / perX) ** 2 + ((cloud.y[i] - y) / perY) ** 2;
    const look = lookOf(cloud.codes, cloud.shown, i);
    if (apart >= nearest || look === OUT || !looks[look]) return;
    [best, nearest] = [i, apart];
  });
  return best;
}

/**
 * The points drawn around, those filtered out too: a lasso goes by place alone.
 * @param {View} view
 * @param {Json} event of plotly.js
 * @returns {number[]}
 */
export function pointsWithin(view, { range, lassoPoints }) {
  const drawn = cloudIn(view);
  const { x, y } = range ?? lassoPoints ?? {};
  if (!drawn || !x || !y) return [];
  const { cloud, looks } = drawn;
  /** @type {number[]} */
  const points = [];
  visit(cloud, extent(x), extent(y), (i) => {
    if (!looks[lookOf(cloud.codes, cloud.shown, i)] || (lassoPoints && !isInside(cloud.x[i], cloud.y[i], x, y))) return;
    points.push(i);
  });
  return points.sort((a, b) => a - b);
}

/** @param {number[]} values @returns {[number, number]} */
function extent(values) {
  return [Math.min(...values), Math.max(...values)];
}

/** Whether a place is inside a polygon. @param {number} x @param {number} y @param {number[]} xs @param {number[]} ys */
function isInside(x, y, xs, ys) {
  let inside = false;
  for (let i = 0, j = xs.length - 1; i < xs.length; j = i++) {
    const crosses = ys[i] > y !== ys[j] > y;
    if (crosses && x < ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i]) inside = !inside;
  }
  return inside;
}

/**
 * Tells each point in a rectangle.
 * @param {Cloud} cloud
 * @param {[number, number]} xs
 * @param {[number, number]} ys
 * @param {(i: number) => void} tell
 */
function visit(cloud, xs, ys, tell) {
  const { side, starts, points } = cellsOf(cloud);
  const { left, right, low, high } = boundsOf(cloud);
  const cell = cellsAlong(side);
  const [first, last] = xs.map((x) => cell(x, left, right));
  const [bottom, top] = ys.map((y) => cell(y, low, high));
  for (let row = bottom; row <= top; row++) {
    for (let k = starts[row * side + first]; k < starts[row * side + last + 1]; k++) {
      const i = points[k];
      if (cloud.x[i] >= xs[0] && cloud.x[i] <= xs[1] && cloud.y[i] >= ys[0] && cloud.y[i] <= ys[1]) tell(i);
    }
  }
}

/** In which row or column of cells a value lies. @param {number} side */
function cellsAlong(side) {
  return (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ to) =>
    Math.min(Math.max(Math.floor(((value - from) / (to - from || 1)) * side), 0), side - 1);
}

/** @param {Cloud} cloud @returns {Cells} */
function cellsOf(cloud) {
  const known = cells.get(cloud.places);
  if (known) return known;
  const { x, y } = cloud;
  const { left, right, low, high } = boundsOf(cloud);
  const side = Math.max(1, Math.round(Math.sqrt(x.length / FEW)));
  const cell = cellsAlong(side);
  const own = new Uint32Array(x.length).fill(side * side); // of those without a place, none of the cells
  const starts = new Uint32Array(side * side + 2);
  for (let i = 0; i < x.length; i++) {
    if (!Number.isNaN(x[i] + y[i])) own[i] = cell(y[i], low, high) * side + cell(x[i], left, right);
    starts[own[i] + 1]++;
  }
  for (let c = 0; c <= side * side; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const points = new Uint32Array(x.length);
  for (let i = 0; i < x.length; i++) points[next[own[i]]++] = i;
  const made = { side, starts, points };
  cells.set(cloud.places, made);
  return made;
}
