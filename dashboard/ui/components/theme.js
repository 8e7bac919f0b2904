// Colours of a figure: those of the page, or those of a file.
import { themeValue } from "./streamlit_dom.js";

/** @import { Json, Theme } from "./types" */

export const PRINT = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';
export const PAPER = {
  text: "#1D2426", line: "#B9B5AA", grid: "#E6E3DB", card: "#FFFFFF", back: "#FFFFFF", font: PRINT, accent: "#0B6A6A",
};
export const NIGHT = {
  text: "#DCE5DF", line: "#4A554F", grid: "#232C27", card: "#131916", back: "#040605", font: PRINT, accent: "#3DDC84",
};

/** The page's theme. @param {HTMLElement} host @returns {Theme} */
export function liveTheme(host) {
  const style = getComputedStyle(host);
  const get = (/** @type {string} */ name) => themeValue(style, name);
  return {
    text: get("text-color"), line: get("border-color"), grid: get("border-color-light"),
    card: get("secondary-background-color"), back: "rgba(0,0,0,0)", font: get("font"),
    accent: get("link-color"), dark: style.colorScheme === "dark",
  };
}

/**
 * Puts colours into the layout's template: above its defaults, below what a figure sets on
 * purpose. Pages that work offline hold the text of this function: it uses nothing around it.
 * @template {Json} Layout
 * @param {Layout} layout
 * @param {Theme} theme
 * @returns {Layout}
 */
export function dress(layout, { text, line, grid, card, back, font, accent = text }) {
  const t = layout.template.layout;
  const axis = { gridcolor: grid, linecolor: line, zerolinecolor: line, tickcolor: line };
  Object.assign(t, { paper_bgcolor: back, plot_bgcolor: back });
  Object.assign(t.font, { color: text }, font && { family: font });
  Object.assign(t.hoverlabel, { bgcolor: card, bordercolor: line });
  Object.assign(t.hoverlabel.font, { color: text }, font && { family: font });
  for (const a of [t.xaxis, t.yaxis, ...Object.values(t.scene)]) Object.assign(a, axis);
  for (const a of [t.polar.angularaxis, t.polar.radialaxis]) Object.assign(a, { gridcolor: grid, linecolor: line });
  t.modebar = { bgcolor: "rgba(0,0,0,0)", color: text, activecolor: accent };
  return layout;
}
