// A cloud of very many points: what is kept of it (see `show_figure` in figure.py), the traces that
// it is in a file, and the empty ones that stand for it where its points are drawn by themselves.
import { keptOf } from "./kept_parts.js";
import { encoded } from "./typed.js";

/** @import { Json, Options } from "./types" */

/**
 * @typedef {object} Cloud
 * @property {ArrayLike<number>} x
 * @property {ArrayLike<number>} y
 * @property {Int32Array} customdata
 * @property {string[]} [text]
 * @property {Uint8Array} codes
 * @property {Uint8Array} shown a bit for each point
 * @property {object} places the same while the points are, as the two below
 * @property {object} colours
 * @property {object} filter
 */
/** @typedef {{ left: number, right: number, low: number, high: number }} Bounds */

export const UNKNOWN = 255;
export const SHADES = 254; // of a scale: the code of its upper end
/** @type {WeakMap<object, Bounds>} */
const bounds = new WeakMap();

/** @param {Options} options @returns {Cloud} */
export function cloudOf(options) {
  const [places, colours, filter] = keptOf(options).map(({ parts }) => parts);
  const { x, y, customdata, text } = places;
  return { x, y, customdata, text, codes: colours.codes, shown: filter.shown, places, colours, filter };
}

/** Whether a point passes the filters. @param {Uint8Array} shown a bit for each @param {number} i */
export function isShown(shown, i) {
  return ((shown[i >> 3] >> (7 - (i & 7))) & 1) === 1;
}

/** Of the points that have a place. @param {Cloud} cloud @returns {Bounds} */
export function boundsOf({ x, y, places }) {
  const known = bounds.get(places);
  if (known) return known;
  const box = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    box.left = Math.min(box.left, x[i]);
    box.right = Math.max(box.right, x[i]);
    box.low = Math.min(box.low, y[i]);
    box.high = Math.max(box.high, y[i]);
  }
  bounds.set(places, box);
  return box;
}

/** What a trace stands for. @param {Json} trace @returns {"out" | "scale" | number | undefined} */
export function codeOf({ meta }) {
  return meta?.cloud === -1 ? UNKNOWN : meta?.cloud;
}

/**
 * The traces without points, for the legend and the scale; instead of those filtered out, which
 * neither has, two points that nobody sees hold the axes open.
 * @param {Json[]} data
 * @param {Cloud} cloud
 */
export function hollow(data, cloud) {
  const { left, right, low, high } = boundsOf(cloud);
  return data.map((trace) => {
    const code = codeOf(trace);
    if (code === undefined) return trace;
    const empty = { ...trace, type: "scatter", x: [null], y: [null], hoverinfo: "skip" };
    const { marker } = trace;
    if (code === "scale") return { ...empty, marker: { ...marker, color: [marker.cmin] } };
    if (code !== "out") return empty;
    const unseen = { ...marker, opacity: 0 };
    return { ...empty, x: [left, right], y: [low, high], marker: unseen, meta: { ...trace.meta, opacity: marker.opacity } };
  });
}

/**
 * The traces with their points, as plotly.js takes them.
 * @param {Json[]} data
 * @param {Cloud} cloud
 */
export function filled(data, cloud) {
  const rows = grouped(cloud);
  const scale = data.some((trace) => codeOf(trace) === "scale");
  return data.flatMap((trace) => {
    const code = codeOf(trace);
    if (code === undefined) return [trace];
    const own = code === "scale" ? scaled(rows) : rows.get(code === "out" || !scale ? code : UNKNOWN);
    return own?.length ? [withPoints(trace, cloud, own)] : [];
  });
}

/** @param {Json} trace @param {Cloud} cloud @param {number[]} rows @returns {Json} */
function withPoints({ meta: _, ...trace }, { x, y, customdata, text, codes }, rows) {
  const { marker, hoverinfo } = trace;
  const share = (marker.cmax - marker.cmin) / SHADES;
  return {
    ...trace,
    x: encoded(Float32Array.from(rows, (i) => x[i])),
    y: encoded(Float32Array.from(rows, (i) => y[i])),
    customdata: encoded(Int32Array.from(rows, (i) => customdata[i])),
    ...(text && hoverinfo !== "skip" && { text: rows.map((i) => text[i]) }),
    ...(marker.colorscale && {
      marker: { ...marker, color: encoded(Float32Array.from(rows, (i) => marker.cmin + share * codes[i])) },
    }),
  };
}

/** The points of each code, and those filtered out. @param {Cloud} cloud */
function grouped({ x, y, codes, shown }) {
  /** @type {Map<"out" | number, number[]>} */
  const rows = new Map();
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    const code = isShown(shown, i) ? codes[i] : "out";
    const own = rows.get(code);
    if (own) own.push(i);
    else rows.set(code, [i]);
  }
  return rows;
}

/** The points with a number, in their own order. @param {Map<"out" | number, number[]>} rows */
function scaled(rows) {
  const known = [...rows].filter(([code]) => typeof code === "number" && code !== UNKNOWN);
  return known.flatMap(([, own]) => own).sort((a, b) => a - b);
}
