// The figures that are drawn on the page; those in closed tabs are not.
import { isDrawn } from "./plotly_inner.js";

/** @import { FigureHost, View } from "./types" */

/** @returns {View[]} */
export function drawnFigures() {
  return allFigures().filter(({ gd }) => isDrawn(gd) && gd.clientWidth);
}

/** Whether every figure in sight is drawn, and belongs to its settings. */
export function allDrawn() {
  return allFigures().every(({ gd, busy, options }) => !gd.clientWidth || (isDrawn(gd) && !busy && !options.dim));
}

/** @returns {View[]} */
function allFigures() {
  const hosts = /** @type {FigureHost[]} */ ([...document.querySelectorAll(".vs-figure")]);
  return hosts.flatMap(({ view }) => (view ? [view] : []));
}
