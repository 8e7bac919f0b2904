// A vertical line named "follow" stands where a slider's thumb is, also before Python has
// heard of it: an answer to an earlier position must not pull it back.
import { thumbOf } from "./thumbs.js";

/** @import { Json, Options, View } from "./types" */

/** Puts the line of a layout that is about to be drawn there. @param {Json} layout @param {Options} options */
export function placeLine(layout, options) {
  const [line, x] = [lineOf(layout), followed(options)];
  if (line && x !== undefined) Object.assign(line, { x0: x, x1: x });
}

/** Moves the line that is drawn. @param {View} view */
export function moveLine({ gd, options }) {
  const [line, x] = [lineOf(gd.layout), followed(options)];
  if (x === undefined || !line || line.x0 === x) return;
  const i = gd.layout.shapes.indexOf(line);
  window.Plotly?.relayout(gd, { [`shapes[${i}].x0`]: x, [`shapes[${i}].x1`]: x });
}

/** @param {Json | undefined} layout @returns {Json | undefined} */
function lineOf(layout) {
  return layout?.shapes?.find((/** @type {Json} */ shape) => shape.name === "follow");
}

/** @param {Options} options */
function followed({ follow }) {
  return follow === null ? undefined : thumbOf(follow);
}
