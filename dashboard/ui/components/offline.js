// Figures as one page that works offline: plotly.js is in it, once, and nothing is fetched.
import { captionsOf } from "./captions.js";
import { asAnnotations } from "./labels.js";
import { STEADY_TITLES } from "./plotly_inner.js";
import { asArrow } from "./pointer.js";
import { shapedHeight } from "./room.js";
import { savedPictureOf } from "./saved_picture.js";
import { enlarge, staged } from "./staging.js";
import { dress, NIGHT, PAPER, PRINT } from "./theme.js";

/** @import { Picture, View } from "./types" */
/** @import { Captions, Measured } from "./captions.js" */
/** @typedef {Captions & Picture & { alt: string }} Shown */
/** @typedef {{ label: string, open: string, kinds: [kind: string, key: string, rows: [string, string][]][] }} Settings */

const WIDTH = 1180; // px that the page takes at most
const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const FRAME = 80; // px of it beside a figure
const FILE = { displaylogo: false, responsive: true, showSendToCloud: false, plotlyServerURL: "" };
const ALONE = // the page may run what is in it and reach nothing; regl, for WebGL, makes functions
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; " +
  "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'";
const SHEET = `
:root { color-scheme: light dark; --text: ${PAPER.text}; --back: ${PAPER.back}; --line: ${PAPER.grid}; --accent: ${PAPER.accent}; }
@media (prefers-color-scheme: dark) { :root { --text: ${NIGHT.text}; --back: ${NIGHT.back}; --line: ${NIGHT.grid}; --accent: ${NIGHT.accent}; } }
body { background: var(--back); color: var(--text); font: 16px/1.5 ${PRINT}; overflow-wrap: anywhere; } a { color: var(--accent); }
${STEADY_TITLES}`;
const ARTICLE = `body { margin: 0 auto; max-width: ${WIDTH}px; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.15rem; margin: 0 0 0.4rem; }
header p { margin: 0.3rem 0 0; } figure { margin: 2.2rem 0; }
figcaption, details, footer { font-size: 0.9rem; } figcaption, footer { opacity: 0.85; margin-top: 0.5rem; }
table { border-collapse: collapse; width: 100%; margin: 0.4rem 0 1.2rem; } caption { text-align: left; font-weight: 600; }
td { border-top: 1px solid var(--line); padding: 0.2rem 0.6rem 0.2rem 0; vertical-align: top; } td:first-child { width: 38%; }
summary { cursor: pointer; font-weight: 600; padding: 0.4rem 0; }`;

/** @param {View[]} views @returns {Promise<Blob>} */
export async function asPage(views) {
  const code = await codeOf(views[0].options.src);
  const figures = views.map((view) => {
    const { height, shape } = view.options;
    return shownOf(view, WIDTH, shape ? shapedHeight(height, shape, WIDTH - FRAME) : height);
  });
  const { title } = figures[0].page;
  return asDocument({ code, title, style: ARTICLE, body: article(figures, settings()), figures });
}

/** The text of plotly.js. @param {string} src */
export async function codeOf(src) {
  return (await fetch(src)).text();
}

/** A figure as a page holds it. @param {View} view @param {number} width px @param {number} height px @returns {Shown} */
export function shownOf(view, width, height) {
  const { data, layout } = savedPictureOf(view, width);
  delete layout.width;
  for (const trace of data) enlarge(trace, staged.zoom); // the layout is that on the screen
  if (view.labels.length) layout.annotations = asAnnotations(view.labels, PAPER.back);
  layout.annotations = [...(layout.annotations ?? []), ...asArrow(view)];
  Object.assign(layout, { autosize: true, height });
  return { ...captionsOf(view), alt: view.options.alt, data, layout };
}

/** What the page published last: the settings of each spec, and what to call them all. @returns {Settings} */
function settings() {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".vs-settings")]);
  const newest = all.sort((a, b) => Number(b.dataset.number) - Number(a.dataset.number))[0];
  return newest ? JSON.parse(String(newest.dataset.settings)) : { label: "", open: "", kinds: [] };
}

/** As text of a page. @param {unknown} text */
export function escaped(text) {
  return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** As a value in a script of a page. @param {unknown} value */
function quoted(value) {
  return JSON.stringify(value).replace(/[<\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Where the figures come from. An address of this very machine leads nowhere on another: it is
 * named by what follows the host's name.
 * @param {string} label
 */
function origin(label) {
  const { hostname, href, pathname, search } = window.location;
  if (LOCAL.test(hostname)) return `${escaped(label)}: <code>${escaped(pathname.slice(1) + search)}</code>`;
  return `<a href="${escaped(href)}" rel="noreferrer">${escaped(label)}</a>`;
}

/** @param {Measured} measured */
function explained({ title, lines }) {
  if (!lines.length) return "";
  const text = lines.map((line) => `<p>${escaped(line)}</p>`).join("\n");
  return `<details><summary>${escaped(title)}</summary>${text}</details>`;
}

/** The place of a figure. @param {Shown} figure @param {number} i its number on the page */
export function placeFor({ alt, layout, caption }, i) {
  return `<div id="figure-${i}" role="img" aria-label="${escaped(alt)}" style="height:${layout.height}px"></div>
<figcaption>${escaped(caption)}</figcaption>`;
}

/** @param {Shown[]} figures @param {Settings} settings */
function article(figures, { label, open, kinds }) {
  const { title, what } = figures[0].page;
  const shown = figures.map(
    (f, i) => `<figure>${f.title === title ? "" : `<h2>${escaped(f.title)}</h2>`}\n${placeFor(f, i)}${explained(f.measured)}</figure>`,
  );
  const tables = kinds.map(
    ([kind, key, rows]) => `<table><caption>${escaped(kind)} · ${escaped(key)}</caption>
${rows.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`).join("\n")}</table>`,
  );
  return `<header><h1>${escaped(title)}</h1><p>${escaped(what)}</p>
<p>${origin(open)}</p></header>
${shown.join("\n")}
${tables.length ? `<details><summary>${escaped(label)}</summary>${tables.join("\n")}</details>` : ""}
<footer>Vectorscope · ${new Date().toISOString().slice(0, 10)}</footer>`;
}

/**
 * A page that needs nothing but itself, and draws the figures that are in sight.
 * @param {{ code: string, title: string, style: string, body: string, figures: (Picture & { width?: number })[], script?: string }} parts
 * code: of plotly.js; figures: where they say their width, those that become wider become higher, and their type
 * larger; script: runs last, and may call `draw`
 */
export function asDocument({ code, title, style, body, figures, script = "draw();" }) {
  const drawn = figures.map(({ data, layout, width }) => ({ data, layout, width }));
  return new Blob([`<!doctype html>
<html lang="${escaped(document.documentElement.lang || "en")}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${ALONE}">
<title>${escaped(title)}</title><style>${SHEET}\n${style}</style></head>
<body>${body}
<script>${code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--")}</script>
<script>
const FIGURES = ${quoted(drawn)}, PAPER = ${quoted(PAPER)}, NIGHT = ${quoted(NIGHT)}, FILE = ${quoted(FILE)};
const dress = ${dress};
${enlarge}
const dark = matchMedia("(prefers-color-scheme: dark)");
function draw() {
  FIGURES.forEach(({ data, layout, width }, i) => {
    const theme = dark.matches ? NIGHT : PAPER, place = document.getElementById("figure-" + i);
    if (!place.offsetParent) return;
    const shown = dress(structuredClone(layout), theme);
    for (const note of shown.annotations ?? []) {
      if (note.name === "word") note.bgcolor = theme.back;
      if (note.name === "pointer") note.arrowcolor = theme.text;
    }
    const zoom = width ? Math.max(place.clientWidth / width, 1) : 1;
    const traces = zoom > 1 ? structuredClone(data) : data;
    for (const part of [shown, ...traces]) enlarge(part, zoom);
    shown.height = Math.round(layout.height * zoom);
    place.style.height = shown.height + "px";
    Plotly.react(place, traces, shown, FILE);
  });
}
dark.addEventListener("change", draw);
${script}
</script></body></html>
`], { type: "text/html" });
}
