// The points of a cloud, drawn above the axes of a figure and below its marks. plotly.js takes a
// second for 50 000, as it reads each of them at every change; WebGL without a graphics card, a
// tenth of one. Stamped on a canvas by a plain loop they take a few thousandths, everywhere.
import { cloudOf } from "./cloud.js";
import { keyOf, lookOf, looksOf, ordered } from "./cloud_look.js";
import { LEVELS, PARTS, reachOf, stampsOf } from "./cloud_stamps.js";
import { lacking } from "./kept_parts.js";
import { frameOf, pointsOf, tracesOf } from "./plotly_inner.js";

/** @import { Json, View } from "./types" */
/** @import { Cloud } from "./cloud.js" */
/** @import { Looks } from "./cloud_look.js" */
/** @import { Stamp } from "./cloud_stamps.js" */
/** @import { Frame } from "./plotly_inner.js" */
/** @typedef {{ sums: Uint32Array, wide: number, edge: number }} Paper colours times opacity, of pixels and an edge around them */
/** @typedef {{ stamps: Stamp[], colours: Uint32Array, rests: Uint16Array }} Ink of a look: by level, the colour, and what it leaves of that below, of 256 */
/**
 * @typedef {object} Layer
 * @property {HTMLCanvasElement} canvas
 * @property {unknown[]} of what order and looks follow from
 * @property {Uint32Array} order
 * @property {Looks} looks
 * @property {Cloud} [cloud] once it is drawn
 */

const RED_BLUE = 0xff00ff;
const HALVES = 0x800080; // rounds them
const REST = 0xff00ff00;
/** @type {WeakMap<View, Layer>} */
const layers = new WeakMap();

/** Draws the cloud of a figure, if it has one, where the axes now are. @param {View} view */
export function drawCloud(view) {
  const frame = frameOf(view.gd);
  if (!view.options.cloud || !frame) return removeCloud(view);
  if (lacking(view.options).length) return; // what is on its way is drawn when it arrives
  const layer = layers.get(view) ?? makeLayer(view);
  pointsOf(view.gd)?.after(layer.canvas);
  const cloud = cloudOf(view.options);
  arrange(layer, cloud, tracesOf(view.gd));
  const ratio = Math.max(1, window.devicePixelRatio);
  fit(layer.canvas, frame, ratio);
  const { canvas, order, looks } = layer;
  const size = Math.max(...looks.map((look) => look?.size ?? 0)) * ratio;
  const paper = paperOf(canvas, reachOf(size));
  const inks = inksOf(looks, ratio, paper.wide);
  stamp(paper, canvas, cloud, order, inks, frame);
  show(canvas, paper);
  view.host.dataset.points = String(order.length);
}

/** The points that are drawn in a figure, and their looks. @param {View} view */
export function cloudIn(view) {
  const { cloud, looks } = layers.get(view) ?? {};
  return cloud && looks ? { cloud, looks } : undefined;
}

/** @param {View} view */
export function removeCloud(view) {
  layers.get(view)?.canvas.remove();
  layers.delete(view);
  delete view.host.dataset.points;
}

/** @param {View} view @returns {Layer} */
function makeLayer(view) {
  const canvas = Object.assign(document.createElement("canvas"), { className: "vs-figure-cloud", ariaHidden: "true" });
  const layer = { canvas, of: [], order: new Uint32Array(), looks: [] };
  layers.set(view, layer);
  return layer;
}

/** @param {Layer} layer @param {Cloud} cloud @param {Json[]} traces */
function arrange(layer, cloud, traces) {
  const of = [cloud.places, cloud.colours, cloud.filter, keyOf(traces)];
  if (of.every((part, i) => part === layer.of[i])) return;
  const looks = looksOf(traces);
  Object.assign(layer, { of, looks, cloud, order: ordered(cloud, looks) });
}

/** @param {HTMLCanvasElement} canvas @param {Frame} frame @param {number} ratio */
function fit(canvas, { x, y }, ratio) {
  const box = { left: x.start, top: y.start, width: x.length, height: y.length };
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  for (const [side, px] of Object.entries(box)) Object.assign(canvas.style, { [side]: `${px}px` });
}

/** @param {HTMLCanvasElement} canvas @param {number} edge pixels @returns {Paper} */
function paperOf({ width, height }, edge) {
  const wide = width + 2 * edge;
  return { sums: new Uint32Array(wide * (height + 2 * edge)), wide, edge };
}

/** The inks of the looks; those of one shape, such as all shades of a scale, share their stamps.
 * @param {Looks} looks @param {number} ratio @param {number} wide */
function inksOf(looks, ratio, wide) {
  /** @type {Map<string, Stamp[]>} */
  const known = new Map();
  return looks.map((look) => {
    if (!look) return undefined;
    const shape = `${look.size} ${look.symbol} ${look.open}`;
    const stamps = known.get(shape) ?? stampsOf(look, ratio, wide);
    known.set(shape, stamps);
    return inkOf(look, stamps);
  });
}

/** @param {import("./cloud_look.js").Look} look @param {Stamp[]} stamps @returns {Ink} */
function inkOf(look, stamps) {
  const [colours, rests] = [new Uint32Array(LEVELS + 1), new Uint16Array(LEVELS + 1)];
  for (let level = 0; level <= LEVELS; level++) {
    const alpha = (look.opacity * level) / LEVELS;
    const [red, green, blue, opaque] = [...look.colour, 255].map((channel) => Math.floor(channel * alpha));
    colours[level] = red + (green << 8) + (blue << 16) + opaque * 0x1000000;
    rests[level] = 256 - Math.ceil(256 * alpha);
  }
  return { stamps, colours, rests };
}

/**
 * @param {Paper} paper
 * @param {HTMLCanvasElement} canvas
 * @param {Cloud} cloud
 * @param {Uint32Array} order
 * @param {(Ink | undefined)[]} inks
 * @param {Frame} frame
 */
function stamp({ sums, wide, edge }, { width, height }, cloud, order, inks, { x: across, y: down }) {
  const { x, y, codes, shown } = cloud;
  const [[left, right], [low, high]] = [across.range, down.range];
  const [perX, perY] = [(width / (right - left)) * PARTS, (height / (high - low)) * PARTS];
  const [most, tallest] = [wide * PARTS, (height + 2 * edge) * PARTS];
  // for each point: nothing here makes an array or an object
  for (let k = 0; k < order.length; k++) {
    const i = order[k];
    const px = (x[i] - left) * perX + edge * PARTS;
    const py = (high - y[i]) * perY + edge * PARTS;
    if (!(px >= 0 && py >= 0 && px < most && py < tallest)) continue; // what wraps around lands in the edge
    const ink = /** @type {Ink} */ (inks[lookOf(codes, shown, i)]);
    const part = (px & (PARTS - 1)) + PARTS * (py & (PARTS - 1));
    stampOne(sums, Math.floor(py / PARTS) * wide + Math.floor(px / PARTS), ink.stamps[part], ink.colours, ink.rests);
  }
}

/**
 * @param {Uint32Array} sums
 * @param {number} centre
 * @param {Stamp} stamp
 * @param {Uint32Array} colours
 * @param {Uint16Array} rests
 */
function stampOne(sums, centre, { offsets, levels }, colours, rests) {
  for (let m = 0; m < offsets.length; m++) {
    const at = centre + offsets[m];
    const level = levels[m];
    const below = sums[at];
    if (below === 0) {
      sums[at] = colours[level];
      continue;
    }
    const rest = rests[level];
    // two channels at once: of red and blue, and of green and opacity, what the point leaves
    const redBlue = ((Math.imul(below & RED_BLUE, rest) + HALVES) >>> 8) & RED_BLUE;
    sums[at] = colours[level] + redBlue + ((Math.imul((below >>> 8) & RED_BLUE, rest) + HALVES) & REST);
  }
}

/** Puts the colours on the canvas, which wants them without their opacity. @param {HTMLCanvasElement} canvas @param {Paper} paper */
function show(canvas, { sums, wide, edge }) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  if (!context || !width || !height) return;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let row = 0; row < height; row++) {
    const from = (row + edge) * wide + edge;
    for (let column = 0; column < width; column++) {
      const sum = sums[from + column];
      if (!sum) continue;
      const opaque = sum >>> 24;
      const times = 255 / opaque;
      const red = Math.min((sum & 255) * times, 255), green = Math.min(((sum >>> 8) & 255) * times, 255);
      const blue = Math.min(((sum >>> 16) & 255) * times, 255);
      pixels[row * width + column] = red | (green << 8) | (blue << 16) | (opaque << 24);
    }
  }
  context.putImageData(image, 0, 0);
}
