// Figures of one group light up together what belongs to a name: rows as bands, a series
// as a line, a point by a ring. It goes from figure to figure inside the browser and draws above the plot, so that
// neither the server nor plotly.js has to do anything while the pointer moves.
import { channel } from "./channel.js";
import { frameOf, tracesOf } from "./plotly_inner.js";
import { svg, setAttributes } from "./svg.js";

/** @import { Plot, View } from "./types" */

const RADIUS = 9; // px, of the ring

/** Tells the names pointed at in a figure of a group.
 * @type {ReturnType<typeof channel<{ group: string, names: string[] }>>} */
const pointed = channel();

/** @param {View} view */
export function joinLink(view) {
  const { gd } = view;
  const tell = (/** @type {string[]} */ names) => {
    const group = view.options.link?.group;
    if (group) pointed.tell({ group, names });
  };
  gd.on("plotly_hover", ({ points }) => {
    const { link } = view.options;
    const names = link?.points ? [String(points[0].customdata)] : link?.says?.[points[0].y];
    if (names) tell(names);
  });
  gd.on("plotly_unhover", () => tell([]));
  view.unlink = pointed.hear(({ group, names }) => {
    if (group !== view.options.link?.group) return;
    view.lit = names;
    light(view);
  });
}

/** Lights up what belongs to the names in `view.lit`. @param {View} view */
export function light({ host, gd, lit = [], options }) {
  const frame = frameOf(gd);
  const layer = host.querySelector(".vs-figure-lit") ?? svg("svg");
  layer.setAttribute("class", "vs-figure-lit");
  layer.replaceChildren();
  const { rows: known = {}, curves = {}, points = false } = options.link ?? {};
  const rows = [...new Set(lit.flatMap((name) => known[name] ?? []))];
  const curve = curves[lit[0]];
  const place = points && lit.length ? placeOf(gd, lit[0]) : null;
  host.dataset.lit = rows.length || curve || place ? lit[0] : "";
  if (!layer.parentNode) host.append(layer);
  if (!host.dataset.lit || !frame) return;
  const { width, height, x, y } = frame;
  setAttributes(layer, { width, height });
  const down = (/** @type {number} */ row) => y.start + y.pixel(row);
  for (const row of rows) {
    const [top, bottom] = [down(row - 0.5), down(row + 0.5)].sort((a, b) => a - b);
    layer.append(svg("rect", { x: 0, y: top, width, height: bottom - top }));
  }
  if (place) {
    const [cx, cy] = [x.pixel(place.x), y.pixel(place.y)];
    const inside = cx >= 0 && cx <= x.length && cy >= 0 && cy <= y.length;
    if (inside) layer.append(svg("circle", { cx: x.start + cx, cy: y.start + cy, r: RADIUS }));
  }
  if (!curve) return;
  const places = curve.map((value, i) => `${x.start + x.pixel(value)},${down(i + 1)}`);
  layer.append(svg("polyline", { points: places.join(" ") }));
}

/** Where the point is whose `customdata` is this name. @param {Plot} gd @param {string} name */
function placeOf(gd, name) {
  const id = Number(name);
  for (const { customdata, x, y } of tracesOf(gd)) {
    const at = customdata ? customdata.indexOf(id) : -1;
    if (at >= 0) return { x: Number(x[at]), y: Number(y[at]) };
  }
  return null;
}
