// A figure's title and caption, as they stand on the page around it.
import { plainText } from "./plain_text.js";
import { columnsAround, containerOf } from "./streamlit_dom.js";

/** @import { View } from "./types" */
/** @typedef {{ title: string, what: string }} PageHead */
/** @typedef {{ title: string, lines: string[] }} Measured how a figure came about */
/** @typedef {{ page: PageHead, title: string, caption: string, measured: Measured }} Captions */

/** @param {View} view @returns {Captions} */
export function captionsOf({ host, gd, options }) {
  const page = { title: textAt(".vs-head h1"), what: textAt(".vs-head p") };
  const scope = containerOf(host, "scope-");
  if (scope) {
    const parts = [".vs-does", ".vs-lost b", ".vs-lost span"].map((part) => textAt(part, scope));
    const caption = parts.filter(Boolean).join(" · ");
    return { page, title: textAt(".vs-scope b", scope), caption, measured: { title: "", lines: [] } };
  }
  const parts = [...document.querySelectorAll(".vs-figure, .vs-caption, .vs-answer, h5")];
  const here = parts.indexOf(host);
  const answer = parts[here - 1]?.matches(".vs-answer") ? trimmed(parts[here - 1]) : "";
  const above = parts[here - (answer ? 2 : 1)];
  const heading = above?.matches("h5") ? trimmed(above) : "";
  // Figures side by side share the caption below them.
  const row = columnsAround(host);
  const next = parts.slice(here + 1).find((e) => !(e.matches(".vs-figure") && row?.contains(e)));
  const below = next?.matches(".vs-caption") ? trimmed(next) : answer ? "" : options.alt;
  const caption = [answer, below].filter(Boolean).join(" ");
  const title = plainText(gd.layout.title?.text) || heading || page.title;
  return { page, title, caption, measured: measuredBelow(parts.slice(here + 1), row) };
}

/**
 * How a figure was measured: an expander below it, before the next figure.
 * @param {Element[]} below @param {Element | null} row of figures side by side
 * @returns {Measured}
 */
function measuredBelow(below, row) {
  const end = below.findIndex(
    (e) => e.matches(".vs-answer") || (e.matches(".vs-figure") && !row?.contains(e)),
  );
  const own = below.slice(0, end < 0 ? below.length : end);
  const first = own.find((e) => e.matches(".vs-caption") && e.closest(".stExpander"));
  const expander = first?.closest(".stExpander");
  const lines = own.filter((e) => e.matches(".vs-caption") && expander?.contains(e)).map(trimmed);
  return { title: expander ? textAt("summary [data-testid=stMarkdownContainer]", expander) : "", lines };
}

/** @param {string} selector @param {ParentNode} [within] */
function textAt(selector, within = document) {
  const element = within.querySelector(selector);
  return element ? trimmed(element) : "";
}

/** @param {Element} element */
function trimmed(element) {
  return (element.textContent ?? "").trim();
}
