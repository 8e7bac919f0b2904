// What the user does with a figure, and what follows from it here and in Python.
import { joinCloud } from "./cloud_events.js";
import { cloudIn, drawCloud } from "./cloud_layer.js";
import { pointsWithin } from "./cloud_pointing.js";
import { placeGrip } from "./grip.js";
import { hidePicture, showPicture } from "./hover_picture.js";
import { drawLabels, labelWords } from "./labels.js";
import { joinLink } from "./link.js";
import { drawMarks } from "./marks.js";
import { frameOf } from "./plotly_inner.js";
import { drawPointer } from "./pointer.js";

/** @import { Json, View } from "./types" */

/** Once a figure was drawn for the first time. @param {View} view */
export function listen(view) {
  const { gd, host } = view;
  host.dataset.draws = "1"; // plotly_afterplot of the first draw came before we could listen
  gd.on("plotly_afterplot", () => countDraw(host));
  joinLink(view);
  view.leave = joinCloud(view, (customdata, i) => reportClick(view, { customdata, pointNumber: i, curveNumber: 0 }));
  gd.on("plotly_hover", ({ points, event }) => showPicture(view, points[0], event));
  gd.on("plotly_unhover", () => hidePicture(host));
  gd.on("plotly_restyle", () => drawCloud(view)); // the legend switches groups off and on
  gd.on("plotly_relayout", (changes) => {
    drawCloud(view);
    drawMarks(view);
    labelWords(view);
    drawPointer(view);
    placeGrip(view);
    reportWindow(view, changes);
  });
  gd.on("plotly_relayouting", () => {
    drawCloud(view);
    drawMarks(view);
    drawLabels(view);
    drawPointer(view);
    placeGrip(view);
  });
  gd.on("plotly_click", (event) => reportClick(view, event?.points?.[0]));
  gd.on("plotly_selected", (event) => event && reportSelection(view, pointsOf(view, event)));
  gd.on("plotly_deselect", () => reportSelection(view, []));
}

/** @param {HTMLElement} host */
export function countDraw(host) {
  host.dataset.draws = String(Number(host.dataset.draws) + 1);
}

/** @param {View} view @param {Json | undefined} p the point */
function reportClick(view, p) {
  if (!p || !view.options.clicks) return;
  const { curveNumber: curve, x, y, z, text } = p;
  const customdata = asList(p.customdata);
  const point = p.pointNumber ?? p.pointIndex; // [row, column] in a heatmap
  view.setTriggerValue("click", { curve, point, x, y, z, text, customdata });
}

/** What a selection holds. @param {View} view @param {Json} event @returns {Json[]} */
function pointsOf(view, event) {
  if (!view.options.cloud) return event.points ?? [];
  return pointsWithin(view, event).map((i) => ({ customdata: cloudIn(view)?.cloud.customdata[i] }));
}

/** @param {View} view @param {Json[]} points */
function reportSelection(view, points) {
  if (!view.options.selects) return;
  const ids = points.map((p) => asList(p.customdata) ?? p.id ?? p.pointNumber);
  if (JSON.stringify(ids) === view.chosen) return; // a redraw repeats the event
  view.chosen = JSON.stringify(ids);
  view.setStateValue("selection", ids);
}

/** The part of the axes that a zoom or a drag has left in sight; null once all is. @param {View} view @param {Json} changes */
function reportWindow({ gd, options, setStateValue }, changes) {
  const frame = frameOf(gd);
  if (!options.windows || !frame || !Object.keys(changes).some((name) => /^[xy]axis/.test(name))) return;
  const whole = changes["xaxis.autorange"] || changes["yaxis.autorange"];
  setStateValue("window", whole ? null : [...frame.x.range, ...frame.y.range]);
}

/** A row of a typed matrix is typed too, and would reach Python as {"0": …, "1": …}. @param {unknown} row */
function asList(row) {
  return ArrayBuffer.isView(row) ? Array.from(/** @type {Float64Array} */ (row)) : row;
}
