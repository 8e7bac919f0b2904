// Marks above the points of a figure: lines, a few symbols and names, drawn here, so that choosing a
// point draws none of the others again, which takes plotly.js a third of a second for 50 000.
// Saved files get them as the traces they are.
import { layerOf, placeLayer } from "./layers.js";
import { plainText } from "./plain_text.js";
import { frameOf } from "./plotly_inner.js";
import { staged } from "./staging.js";
import { svg } from "./svg.js";

/** @import { Mark, Picture, View } from "./types" */
/** @typedef {[x: number, y: number]} Place px */

const DASHES = /** @type {Record<string, string>} */ ({ solid: "none", dot: "2 2" });
const LINE = 17; // px, of a name
const FAINT = 0.4; // the points under marks
const FAINT_AT_NIGHT = 0.8; // on a dark screen, where half of a dark colour cannot be seen

/** @param {View} view */
export function drawMarks(view) {
  const { host, gd, options, theme } = view;
  const marks = options.marks ?? [];
  // names leave the points as they are
  host.classList.toggle("vs-figure-marked", marks.some(({ mode }) => mode !== "text"));
  host.style.setProperty("--vs-zoom", String(staged.zoom));
  host.style.setProperty("--vs-faint", String(theme.dark ? FAINT_AT_NIGHT : FAINT));
  const layer = layerOf(view, "vs-figure-marks", "svg");
  const key = layerOf(view, "vs-figure-key", "div");
  layer?.replaceChildren();
  key?.replaceChildren();
  const frame = frameOf(gd);
  if (!layer || !key || !frame || !marks.length) return;
  const { x, y } = frame;
  placeLayer(layer, { left: x.start, top: y.start, width: x.length, height: y.length });
  placeLayer(key, { left: x.start, maxWidth: x.length / 2 });
  for (const mark of marks) {
    /** @type {(Place | null)[]} */
    const places = mark.x.map((value, i) =>
      value === null ? null : [x.dragged(value), y.dragged(mark.y[i])]);
    if (mark.mode === "text") layer.append(...names(places, mark, x.length, y.length));
    else if (mark.mode === "lines") layer.append(path(places, mark.line));
    else for (const place of places) if (place) layer.append(symbol(place, mark.marker));
    if (mark.showlegend !== false && mark.x.length) key.append(entry(mark));
  }
}

/**
 * Names at their places, the first ones first: no two of them overlap, and none is cut off.
 * @param {(Place | null)[]} places
 * @param {Mark} mark
 * @param {number} width px
 * @param {number} height px
 */
function names(places, { text = [] }, width, height) {
  const line = LINE * staged.zoom;
  /** @type {[x: number, y: number, half: number][]} */
  const taken = [];
  return places.flatMap((place, i) => {
    const name = plainText(text[i]);
    const half = (widthOf(name) * staged.zoom + 8) / 2;
    if (!place || place[1] < line / 2 || place[1] > height - line / 2) return [];
    const [x, y] = [Math.min(Math.max(place[0], half), width - half), place[1]];
    if (place[0] < 0 || place[0] > width || half * 2 > width) return [];
    const near = taken.some(([x1, y1, half1]) => Math.abs(y - y1) < line && Math.abs(x - x1) < half + half1);
    if (near) return [];
    taken.push([x, y, half]);
    const element = svg("text", { x, y: y + 4 * staged.zoom, class: "vs-figure-name" });
    element.textContent = name;
    return [element];
  });
}

/** About how wide a name is, in px: Chinese signs are twice as wide. @param {string} name */
function widthOf(name) {
  return [...name].reduce((sum, sign) => sum + (sign > "\u2e80" ? 13 : 7.2), 0);
}

/** A line, interrupted at each null. @param {(Place | null)[]} places @param {Mark["line"]} line */
function path(places, { color, width, dash }) {
  let pen = "M";
  const steps = places.map((place) => {
    const step = place ? `${pen}${place[0]} ${place[1]}` : "";
    pen = place ? "L" : "M";
    return step;
  });
  return svg("path", {
    d: steps.join(""), fill: "none", stroke: color, "stroke-width": width, "stroke-dasharray": DASHES[dash],
  });
}

/** @param {Place} place @param {Mark["marker"]} marker */
function symbol([x, y], { symbol: name, size, color, line }) {
  const open = name.endsWith("-open");
  const look = { fill: open ? "none" : color, stroke: open ? color : line.color, "stroke-width": line.width };
  if (name.startsWith("circle")) return svg("circle", { cx: x, cy: y, r: size / 2, ...look });
  const corners = name === "star" ? 10 : 4;
  const points = Array.from({ length: corners }, (_, i) => {
    const r = size * (name === "star" ? (i % 2 ? 0.27 : 0.7) : 0.65);
    const angle = (2 * Math.PI * i) / corners;
    return `${x + r * Math.sin(angle)},${y - r * Math.cos(angle)}`;
  });
  return svg("polygon", { points: points.join(" "), ...look });
}

/** What a mark means. @param {Mark} mark */
function entry({ name, marker }) {
  const [row, glyph] = [document.createElement("span"), svg("svg", { width: 14, height: 14 })];
  glyph.append(symbol([7, 7], { ...marker, size: Math.min(marker.size, 9) }));
  row.append(glyph, plainText(name));
  return row;
}

/** The marks as traces of a saved file. @param {Picture} picture @param {Mark[]} [marks] @returns {Picture} */
export function withMarks({ data, layout }, marks = []) {
  if (!marks.some(({ mode }) => mode !== "text")) return { data: [...data, ...marks], layout };
  const [{ marker, ...cloud }, ...others] = data;
  const faint = { ...cloud, marker: { ...marker, opacity: FAINT } };
  return { data: [faint, ...others, ...marks], layout: { ...layout, showlegend: true } };
}
