// A figure as a slide, with its title above and its caption below.
import { captionsOf } from "./captions.js";
import { asAnnotations, fitLabels } from "./labels.js";
import { steadyTitles } from "./plotly_inner.js";
import { inLanguage } from "./plotly_locale.js";
import { savedPictureOf } from "./saved_picture.js";
import { setAttributes, svg } from "./svg.js";
import { dress, PAPER, PRINT } from "./theme.js";

/** @import { PlotlyJs, View } from "./types" */
/** @typedef {{ width: number, height: number }} Size px */

const SLIDE = { width: 1920, height: 1080, edge: 72, title: 48, caption: 26 }; // px
const ZOOMS = [2.4, 2, 1.6, 1.3, 1]; // of the type on a slide, the largest at which a figure fits
const SQUEEZED = 0.6; // a figure fits where it keeps this share of its height
const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/** @param {View} view @param {string} format "png", else SVG @param {PlotlyJs} Plotly @returns {Promise<Blob>} */
export async function asSlide(view, format, Plotly) {
  const { width, height, edge } = SLIDE;
  const { title, caption } = captionsOf(view);
  const head = wrapped(title, SLIDE.title, width - 2 * edge, 2);
  const foot = wrapped(caption, SLIDE.caption, width - 2 * edge, 4);
  const [high, low] = [SLIDE.title * 1.2, SLIDE.caption * 1.3];
  const top = edge * 0.6 + head.length * high + 18;
  const room = { width: width - 2 * edge, height: height - top - foot.length * low - edge };
  const plot = await drawing(view, room, Plotly);
  setAttributes(plot, { x: edge, y: top, ...room });
  const slide = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  slide.append(svg("rect", { width, height, fill: PAPER.back }), plot);
  head.forEach((line, i) => write(slide, line, edge * 0.6 + (i + 0.85) * high, SLIDE.title, 600));
  const below = height - edge * 0.55 - foot.length * low;
  foot.forEach((line, i) => write(slide, line, below + (i + 0.8) * low, SLIDE.caption, 400, 0.8));
  const file = new Blob([new XMLSerializer().serializeToString(slide)], { type: "image/svg+xml" });
  return format === "svg" ? file : painted(file);
}

/**
 * @param {SVGElement} slide
 * @param {string} line
 * @param {number} y px
 * @param {number} size px
 * @param {number} weight
 * @param {number} [opacity]
 */
function write(slide, line, y, size, weight, opacity = 1) {
  const text = svg("text", {
    x: SLIDE.edge, y, "font-size": size, "font-weight": weight, fill: PAPER.text, opacity, "font-family": PRINT,
  });
  text.textContent = line;
  slide.append(text);
}

/**
 * Lines no wider than `width` px, `most` of them; Chinese breaks anywhere.
 * @param {string} text
 * @param {number} size px
 * @param {number} width px
 * @param {number} most
 */
function wrapped(text, size, width, most) {
  ruler.font = `${size >= 40 ? 600 : 400} ${size}px ${PRINT}`;
  const fits = (/** @type {string} */ line) => ruler.measureText(line).width <= width;
  const lines = [""];
  for (const part of text.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+|\s+/g) ?? []) {
    for (const piece of fits(part) ? [part] : part) {
      if (fits(lines[lines.length - 1] + piece)) lines[lines.length - 1] += piece;
      else lines.push(piece.trimStart());
    }
  }
  if (lines.length <= most) return lines.filter(Boolean);
  let last = lines[most - 1];
  while (last && !fits(`${last}…`)) last = last.slice(0, -1);
  return [...lines.slice(0, most - 1), `${last}…`];
}

/**
 * The figure in so many px, its type enlarged as far as it still fits. Drawn anew, out of sight:
 * which words of a map have room for a label depends on its size.
 * @param {View} view
 * @param {Size} room
 * @param {PlotlyJs} Plotly
 */
async function drawing(view, { width, height }, Plotly) {
  const zoom = ZOOMS.find((z) => height / z >= SQUEEZED * view.options.height) ?? 1;
  const size = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  const { data, layout } = savedPictureOf(view, size.width);
  Object.assign(dress(layout, PAPER), size, { paper_bgcolor: PAPER.back, autosize: false });
  const place = document.body.appendChild(document.createElement("div"));
  Object.assign(place.style, { position: "fixed", left: "-99999px", top: 0 });
  try {
    const plot = await Plotly.newPlot(place, data, layout, {
      ...inLanguage(view.options.locale), staticPlot: true, plotGlPixelRatio: 2 * zoom,
    });
    if (data.some((trace) => trace.meta?.first)) {
      await Plotly.relayout(place, { annotations: asAnnotations(fitLabels(plot, PRINT), PAPER.back) });
    }
    const url = await Plotly.toImage(place, { format: "svg", ...size });
    const text = decodeURIComponent(url.slice(url.indexOf(",") + 1));
    const picture = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    picture.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    steadyTitles(picture);
    return document.importNode(picture, true);
  } finally {
    Plotly.purge(place);
    place.remove();
  }
}

/** A slide as pixels. @param {Blob} file @returns {Promise<Blob>} */
async function painted(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: SLIDE.width, height: SLIDE.height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, SLIDE.width, SLIDE.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}
