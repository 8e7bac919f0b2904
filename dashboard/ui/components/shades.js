// plotly.js makes a colour of each point's number by way of a text, which takes it a tenth of
// a second for 50 000 points. Colours as channels it takes as they are: here they come from a
// table, and the scale's bar is drawn for a trace without a point.

/** @import { Json } from "./types" */
/** @typedef {[place: number, colour: string][]} Scale */

const SHADES = 256;
/** Of the numbers: the colours made of them. @type {WeakMap<object, { of: string, colors: number[][] }>} */
const mixed = new WeakMap();

/** Traces of which the first has its colours as channels. @param {Json[]} data @returns {Json[]} */
export function shaded(data) {
  const [{ marker, ...cloud }, ...others] = data;
  const { color, colorscale, cmin, cmax, colorbar, ...rest } = marker ?? {};
  if (!ArrayBuffer.isView(color) || !(cmax > cmin) || !Array.isArray(colorscale)) return data;
  const numbers = /** @type {Float64Array} */ (color);
  const of = JSON.stringify([colorscale, cmin, cmax]);
  let mixture = mixed.get(color);
  if (mixture?.of !== of) {
    mixture = { of, colors: mix(numbers, /** @type {Scale} */ (colorscale), cmin, cmax) };
    mixed.set(color, mixture);
  }
  const scale = { color: [cmin], colorscale, cmin, cmax, colorbar };
  const bar = { type: "scatter", mode: "markers", x: [null], y: [null], marker: scale, showlegend: false };
  return [{ ...cloud, marker: { ...rest, color: mixture.colors } }, ...others, bar];
}

/** @param {ArrayLike<number>} values @param {Scale} colorscale @param {number} cmin @param {number} cmax */
function mix(values, colorscale, cmin, cmax) {
  const shades = Array.from({ length: SHADES }, (_, i) => shade(colorscale, i / (SHADES - 1)));
  const step = (SHADES - 1) / (cmax - cmin);
  return Array.from(values, (value) => shades[Math.min(Math.max(Math.round((value - cmin) * step), 0), SHADES - 1)]);
}

/** The colour at a place of the scale, as channels from 0 to 1. @param {Scale} scale @param {number} place */
export function shade(scale, place) {
  const above = Math.max(1, scale.findIndex(([end]) => place <= end));
  const [[low, from], [high, to]] = [scale[above - 1], scale[above]];
  const share = (place - low) / (high - low);
  return channels(from).map((c, i) => c + share * (channels(to)[i] - c));
}

/** The channels of a colour, from 0 to 1. @param {string} hex */
export function channels(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
}
