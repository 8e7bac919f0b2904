// The picture of a figure: what came with it, and what is kept of its first trace.
import { cloudOf, filled, hollow } from "./cloud.js";
import { keptOf } from "./kept_parts.js";
import { withMarks } from "./marks.js";
import { shaded } from "./shades.js";
import { hasWebgl, noteWithoutWebgl, withoutWebgl } from "./webgl.js";
import template from "./template.json";

/** @import { Picture, View } from "./types" */

/** To be drawn. @param {View} view @returns {Picture} */
export function pictureOf(view) {
  const { data, layout } = withKept(view, "parts");
  if (view.options.cloud) return { data: hollow(data, cloudOf(view.options)), layout };
  if (!hasWebgl()) {
    const { data: traces, drawn, all } = withoutWebgl(data);
    noteWithoutWebgl(view, drawn, all);
    return { data: traces, layout };
  }
  return { data: view.options.kept ? shaded(data) : data, layout };
}

/** To be written into a file, with its marks. @param {View} view @returns {Picture} */
export function packedPictureOf(view) {
  const { data, layout } = withKept(view, "packed");
  if (view.options.labels) data[0].meta = view.options.labels;
  const picture = withMarks({ data, layout }, view.options.marks);
  return hasWebgl() ? picture : { ...picture, data: withoutWebgl(picture.data).data };
}

/** @param {View} view @param {"parts" | "packed"} form of what is kept @returns {Picture} */
function withKept({ fig, options }, form) {
  const { data, layout } = JSON.parse(fig);
  layout.template = structuredClone(template); // the theme's colours are put into it
  if (options.cloud) return { data: form === "packed" ? filled(data, cloudOf(options)) : data, layout };
  for (const part of options.kept ? keptOf(options) : []) {
    const { marker, ...rest } = part[form];
    Object.assign(data[0], rest, { marker: { ...data[0].marker, ...marker } });
  }
  return { data, layout };
}
