// What the points of a cloud look like, by their code, and the order in which they are drawn.
import { codeOf, isShown, SHADES, UNKNOWN } from "./cloud.js";
import { channels, shade } from "./shades.js";

/** @import { Json } from "./types" */
/** @import { Cloud } from "./cloud.js" */
/** @typedef {{ colour: number[], opacity: number, size: number, symbol: string, open: boolean, rank: number }} Look
 * colour: channels up to 255; size: px; rank: of those drawn below, least */
/** @typedef {(Look | undefined)[]} Looks by code, and OUT; undefined: not to be seen */

export const OUT = UNKNOWN + 1; // the look of the points filtered out
const RANKS = OUT + 2; // those filtered out, those without a value, the categories

/** What the looks follow from. @param {Json[]} traces */
export function keyOf(traces) {
  return JSON.stringify(traces.map(({ meta, visible, marker }) => {
    const { color, size, opacity, symbol, colorscale } = marker ?? {};
    return meta && [meta, visible, color, size, opacity, symbol, colorscale];
  }));
}

/** @param {Json[]} traces with their defaults filled in: one whose entry is switched off is not visible */
export function looksOf(traces) {
  /** @type {Looks} */
  const looks = new Array(OUT + 1).fill(undefined);
  for (const trace of traces) {
    const code = codeOf(trace);
    if (code === undefined || trace.visible !== true) continue;
    const { marker } = trace;
    if (code === "out") looks[OUT] = look({ ...marker, opacity: trace.meta.opacity }, channels(marker.color), 0);
    else if (code !== "scale") looks[code] = look(marker, channels(marker.color), code === UNKNOWN ? 1 : 2 + code);
    else for (let i = 0; i <= SHADES; i++) looks[i] = look(marker, shade(marker.colorscale, i / SHADES), 2);
  }
  return looks;
}

/** @param {Json} marker @param {number[]} shares of the channels @param {number} rank @returns {Look} */
function look({ size, opacity, symbol }, shares, rank) {
  const name = String(symbol ?? "circle");
  const colour = shares.map((share) => share * 255);
  return { colour, opacity, size, symbol: name.replace("-open", ""), open: name.endsWith("-open"), rank };
}

/** Which look a point has. @param {Uint8Array} codes @param {Uint8Array} shown @param {number} i */
export function lookOf(codes, shown, i) {
  return isShown(shown, i) ? codes[i] : OUT;
}

/**
 * The points that are seen in the order in which they are drawn: those below first.
 * @param {Cloud} cloud
 * @param {Looks} looks
 */
export function ordered({ x, y, codes, shown }, looks) {
  const all = codes.length;
  const ranks = new Uint16Array(all).fill(RANKS); // those that are not seen come last
  const next = new Uint32Array(RANKS + 2);
  for (let i = 0; i < all; i++) {
    const own = looks[lookOf(codes, shown, i)];
    if (own && !Number.isNaN(x[i] + y[i])) ranks[i] = own.rank;
    next[ranks[i] + 1]++;
  }
  for (let rank = 0; rank <= RANKS; rank++) next[rank + 1] += next[rank];
  const seen = next[RANKS];
  const order = new Uint32Array(all);
  for (let i = 0; i < all; i++) order[next[ranks[i]]++] = i;
  return order.subarray(0, seen);
}
