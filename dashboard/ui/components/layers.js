// Layers of our own between the points of a plot and what plotly.js writes above them, the
// legend and what hovering tells.
import { pointsOf } from "./plotly_inner.js";
import { svg } from "./svg.js";

/** @import { View } from "./types" */

/**
 * The layer of this name, made if need be, in the order in which layers are first asked for:
 * words above marks. Some kinds of plots have no place for it.
 * @param {View} view
 * @param {string} name
 * @param {"svg" | "div"} kind
 * @returns {SVGElement | HTMLElement | null}
 */
export function layerOf({ host, gd }, name, kind) {
  const points = pointsOf(gd);
  const present = /** @type {SVGElement | HTMLElement | null} */ (host.querySelector(`.${name}`));
  if (present || !points) return present;
  const layer = kind === "svg" ? svg("svg") : document.createElement("div");
  layer.setAttribute("class", name);
  layer.setAttribute("aria-hidden", "true");
  let below = points;
  while (below.nextElementSibling?.matches("[class^=vs-figure-]")) below = below.nextElementSibling;
  below.after(layer);
  return layer;
}

/**
 * @param {SVGElement | HTMLElement} layer
 * @param {Partial<Record<"left" | "top" | "width" | "height" | "maxWidth", number>>} box px
 */
export function placeLayer(layer, box) {
  for (const [side, px] of Object.entries(box)) Object.assign(layer.style, { [side]: `${px}px` });
}
