// What a file shows of a figure.
import { packedPictureOf } from "./figure_data.js";
import { thinLabels } from "./room.js";

/** @import { Picture, View } from "./types" */

/**
 * What is drawn, with the user's zoom and with all labels, whatever the screen had room for.
 * @param {View} view
 * @param {number} width px
 * @returns {Picture}
 */
export function savedPictureOf(view, width) {
  const { data, layout: sent } = packedPictureOf(view);
  const untyped = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    ArrayBuffer.isView(value) ? Array.from(/** @type {Float64Array} */ (value)) : value;
  const layout = JSON.parse(JSON.stringify(view.gd.layout, untyped));
  for (const name of ["tickvals", "ticktext"]) {
    if (Array.isArray(sent.xaxis?.[name])) layout.xaxis[name] = sent.xaxis[name];
  }
  thinLabels(layout, width);
  if (sent.showlegend !== undefined) layout.showlegend = sent.showlegend; // marks have entries in it
  const { title } = layout;
  delete layout.title; // it stands above the figure
  if (title?.text && layout.margin?.t === undefined) layout.margin = { ...layout.margin, t: 12 };
  return { data, layout };
}
