// What a narrow screen, or the stage, has room for.
import { staged } from "./staging.js";

/** @import { Json, View } from "./types" */

const LABEL_PX = 13; // a label written at a slant takes this much of the axis
const ON_STAGE = 0.66; // of the window's height, the most that larger type may take

/**
 * Pictures of a fixed shape are no taller than their width lets them be: on a phone, hardly any.
 * @param {View} view
 */
export function heightOf({ gd, options: { height, shape } }) {
  const most = Math.max(height, Math.min(height * staged.zoom, window.innerHeight * ON_STAGE));
  return shape && gd.clientWidth ? shapedHeight(most, shape, gd.clientWidth) : most;
}

/** @param {number} height the most @param {number} shape height over width @param {number} width */
export function shapedHeight(height, shape, width) {
  return Math.min(height, Math.round(shape * width + 50));
}

/**
 * Given labels are all drawn, also where they overlap: on a narrow screen keep every nth.
 * @param {Json} layout
 * @param {number} width
 */
export function thinLabels({ xaxis }, width) {
  if (!Array.isArray(xaxis?.ticktext)) return;
  const room = (width - 110 * staged.zoom) / (LABEL_PX * staged.zoom);
  const nth = Math.ceil(xaxis.ticktext.length / Math.max(room, 1));
  for (const name of ["tickvals", "ticktext"]) {
    xaxis[name] = xaxis[name].filter((/** @type {unknown} */ _, /** @type {number} */ i) => i % nth === 0);
  }
}
