// Where a browser has no WebGL, plotly.js leaves points out without a word. There they are drawn
// as SVG instead: fewer of them where there are many, and the figure says so.
import { decoded } from "./typed.js";

/** @import { Json, View } from "./types" */

const MOST = 3000; // points that SVG draws in good time
const OF_POINTS = ["x", "y", "text", "customdata", "ids"];
const OF_MARKERS = ["color", "size", "opacity", "symbol"];

/** @type {boolean | undefined} */
let available;

/** Whether the browser can draw by WebGL. */
export function hasWebgl() {
  available ??= probe();
  return available;
}

function probe() {
  const context = document.createElement("canvas").getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext(); // a page may have few of them
  return Boolean(context);
}

/**
 * Traces without WebGL: of all points every nth.
 * @param {Json[]} data
 * @returns {{ data: Json[], drawn: number, all: number }}
 */
export function withoutWebgl(data) {
  const all = data.reduce((sum, trace) => sum + (isCloud(trace) ? sizeOf(trace) : 0), 0);
  const every = Math.max(1, Math.ceil(all / MOST));
  let drawn = 0;
  const traces = data.map((trace) => {
    if (trace.type !== "scattergl") return trace;
    const n = sizeOf(trace);
    const step = isCloud(trace) ? every : 1;
    if (isCloud(trace)) drawn += Math.ceil(n / step);
    /** @type {Json} */
    const thinned = { ...trace, ...parts(trace, OF_POINTS, n, step), type: "scatter" };
    if (trace.marker) thinned.marker = { ...trace.marker, ...parts(trace.marker, OF_MARKERS, n, step) };
    return thinned;
  });
  return { data: traces, drawn, all };
}

/** Says below a figure how many of its points are drawn. @param {View} view @param {number} drawn @param {number} all */
export function noteWithoutWebgl({ host, options }, drawn, all) {
  let note = host.querySelector(".vs-figure-note");
  if (!all) return note?.remove();
  if (!note) {
    note = document.createElement("div");
    note.className = "vs-figure-note";
    note.setAttribute("role", "note");
    host.append(note);
  }
  const written = (/** @type {number} */ n) => n.toLocaleString("en");
  note.textContent = options.no_webgl.replace("{drawn}", written(drawn)).replace("{all}", written(all));
}

/** @param {Json} trace */
function isCloud({ type, mode }) {
  return type === "scattergl" && String(mode).includes("markers");
}

/** @param {Json} trace */
function sizeOf({ x }) {
  return decoded(x)?.length ?? 0;
}

/** Every nth value of those attributes that hold one for each point. @param {Json} holder @param {string[]} names @param {number} n @param {number} step */
function parts(holder, names, n, step) {
  /** @type {Json} */
  const thinned = {};
  for (const name of names) {
    const values = decoded(holder[name]);
    if (values?.length !== n || typeof values === "string") continue;
    thinned[name] = Array.from(values).filter((_, i) => i % step === 0);
  }
  return thinned;
}
