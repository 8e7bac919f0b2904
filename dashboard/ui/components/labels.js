// Words beside the points of a map: as many as fit without touching, and more as one zooms in.
// They are those of the trace whose `meta.first` lists the points that come first; the others
// follow in the trace's own order, which is that of frequency, those of `meta.last` at the end.
import { layerOf, placeLayer } from "./layers.js";
import { plainText } from "./plain_text.js";
import { frameOf, tracesOf } from "./plotly_inner.js";
import { staged } from "./staging.js";
import { svg } from "./svg.js";

/** @import { Json, Label, Labelling, Plot, View } from "./types" */
/** @import { Frame } from "./plotly_inner.js" */
/** @typedef {{ now: string, x: unknown, text: unknown, labels: Label[] }} Fitted */

const LABEL = { px: 12, high: 16, above: 5, base: 8, margin: 7 };
const ROOM = 6500; // px² that a label needs
const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
/** Of texts measured before, in one font: measuring is what costs. @type {Map<string, number>} */
const widths = new Map();
let measuredIn = "";
/** Of each figure: its labels, and what they were fitted to. @type {WeakMap<Plot, Fitted>} */
const fitted = new WeakMap();

/**
 * Chooses the labels and draws them: here, for plotly.js would look at every point again.
 * @param {View} view
 */
export function labelWords(view) {
  view.labels = fitLabels(view.gd, view.theme.font, view.options.labels);
  drawLabels(view);
}

/** Draws the labels there are, where their points now are. @param {View} view */
export function drawLabels(view) {
  const frame = frameOf(view.gd);
  const layer = frame && layerOf(view, "vs-figure-labels", "svg");
  if (!frame || !layer) return;
  const { width, height, x, y } = frame;
  const { px, base } = enlarged();
  placeLayer(layer, { left: 0, top: 0, width, height });
  layer.replaceChildren(...view.labels.map((label) => {
    const text = svg("text", {
      x: x.start + x.dragged(label.x), y: y.start + y.dragged(label.y) - base, "font-size": px,
      ...(label.bold && { "font-weight": 700 }),
    });
    text.textContent = label.plain;
    return text;
  }));
}

/** The same in a file, where plotly.js draws them. @param {Label[]} labels @param {string} back */
export function asAnnotations(labels, back) {
  const { px, above } = enlarged();
  return labels.map(({ x, y, word, bold }) => ({
    name: "word", x, y, text: bold ? `<b>${word}</b>` : word, showarrow: false, yanchor: "bottom",
    yshift: above, borderpad: 0, bgcolor: back, opacity: 0.86, font: { size: px },
  }));
}

/** Sizes of labels, px, as large as the type on the screen. */
function enlarged() {
  const sizes = Object.entries(LABEL).map(([name, px]) => [name, px * staged.zoom]);
  return /** @type {typeof LABEL} */ (Object.fromEntries(sizes));
}

/**
 * The labels for which there is room; none where no trace has any.
 * @param {Plot} gd
 * @param {string} font
 * @param {Labelling} [labelling] in place of the trace's `meta`
 * @returns {Label[]}
 */
export function fitLabels(gd, font, labelling) {
  const traces = tracesOf(gd);
  const trace = labelling ? traces[0] : traces.find((t) => t.meta?.first);
  const frame = frameOf(gd);
  if (!trace || !frame) return [];
  const meta = labelling ?? /** @type {Labelling} */ (trace.meta);
  const style = `${enlarged().px}px ${font || frame.font}`;
  // a picture is fitted before it is drawn and after, mostly the same
  const last = fitted.get(gd);
  const { x, y } = frame;
  const now = JSON.stringify([meta, x.range, y.range, x.length, y.length, style]);
  if (last?.now === now && last.x === trace.x && last.text === trace.text) return last.labels;
  if (measuredIn !== style) widths.clear();
  measuredIn = ruler.font = style;
  const labels = fit(trace, meta, frame);
  fitted.set(gd, { now, x: trace.x, text: trace.text, labels });
  return labels;
}

/** @param {Json} trace @param {Labelling} meta @param {Frame} frame */
function fit(trace, meta, { x: across, y: down }) {
  const [wide, tall] = [across.length, down.length];
  const { high, above, margin } = enlarged();
  const most = Math.max(8, (wide * tall) / (ROOM * staged.zoom ** 2));
  /** @type {[left: number, right: number, top: number, bottom: number][]} */
  const boxes = [];
  /** @type {Label[]} */
  const labels = [];
  const first = new Set(meta.first);
  const tryPoint = (/** @type {number} */ i) => {
    const x = across.pixel(trace.x[i]);
    if (!(x > 0 && x < wide)) return;
    const y = down.pixel(trace.y[i]) - above;
    if (!(y > high && y < tall)) return;
    const [top, bottom] = [y - high - margin, y + margin];
    const free = (/** @type {number} */ half) =>
      !boxes.some((b) => x - half < b[1] && b[0] < x + half && top < b[3] && b[2] < bottom);
    if (!free(margin)) return; // most points: not even a label without a letter fits
    const half = widthOf(trace.text[i]) / 2 + margin;
    if (x - half < 0 || x + half > wide || !free(half)) return;
    boxes.push([x - half, x + half, top, bottom]);
    const word = trace.text[i];
    labels.push({ x: trace.x[i], y: trace.y[i], word, plain: plainText(word), bold: first.has(i) && !!meta.bold });
  };
  for (const i of meta.first) tryPoint(i);
  const last = new Set(meta.last);
  for (let i = 0; i < trace.x.length && labels.length < most; i++) if (!first.has(i) && !last.has(i)) tryPoint(i);
  for (const i of last) if (labels.length < most && !first.has(i)) tryPoint(i);
  return labels;
}

/** @param {string} text */
function widthOf(text) {
  let width = widths.get(text);
  if (width === undefined) widths.set(text, (width = ruler.measureText(text).width));
  return width;
}
