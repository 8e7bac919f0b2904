// A figure as a file: a slide (PNG, SVG) with its title and caption, or a page that works
// offline. Words of a corpus and names of files are in all of them, and stay text there.
import { loadPlotly } from "./load_plotly.js";
import { asPage } from "./offline.js";
import { complain } from "./problem.js";
import { asSlide } from "./slide.js";

/** @import { View } from "./types" */

const READING_MS = 10_000; // the browser has read the file by then

/**
 * Offers one figure as a slide, or `views`, all of them, as one page ("html").
 * @param {View} view
 * @param {string} format
 * @param {View[]} [views]
 * @param {string} [name]
 */
export async function save(view, format, views = [view], name = view.options.filename) {
  try {
    const Plotly = await loadPlotly(view.options.src);
    const blob = format === "html" ? await asPage(views) : await asSlide(view, format, Plotly);
    offer(blob, `${name}.${format}`);
  } catch (error) {
    complain(view, error);
  }
}

/** Has the browser save a file. @param {Blob} blob @param {string} name */
export function offer(blob, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READING_MS);
}
