// Figures as one page that works offline: plotly.js is in it, once, and nothing is fetched.
import { captionsOf } from "./captions.js";
import { asAnnotations } from "./labels.js";
import { STEADY_TITLES } from "./plotly_inner.js";
import { shapedHeight } from "./room.js";
import { savedPictureOf } from "./saved_picture.js";
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
body { margin: 0 auto; max-width: ${WIDTH}px; padding: 2rem 1.25rem 3rem; background: var(--back); color: var(--text); font: 16px/1.5 ${PRINT}; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.15rem; margin: 0 0 0.4rem; }
header p { margin: 0.3rem 0 0; } a { color: var(--accent); } figure { margin: 2.2rem 0; }
figcaption, details, footer { font-size: 0.9rem; } figcaption, footer { opacity: 0.85; margin-top: 0.5rem; }
table { border-collapse: collapse; width: 100%; margin: 0.4rem 0 1.2rem; } caption { text-align: left; font-weight: 600; }
td { border-top: 1px solid var(--line); padding: 0.2rem 0.6rem 0.2rem 0; vertical-align: top; } td:first-child { width: 38%; }
summary { cursor: pointer; font-weight: 600; padding: 0.4rem 0; } ${STEADY_TITLES}`;

/** @param {View[]} views @returns {Promise<Blob>} */
export async function asPage(views) {
  const code = await (await fetch(views[0].options.src)).text();
  const figures = views.map((view) => {
    const { height, shape, alt } = view.options;
    const { data, layout } = savedPictureOf(view, WIDTH);
    delete layout.width;
    if (view.labels.length) layout.annotations = asAnnotations(view.labels, PAPER.back);
    const high = shape ? shapedHeight(height, shape, WIDTH - FRAME) : height;
    Object.assign(layout, { autosize: true, height: high });
    return { ...captionsOf(view), alt, data, layout };
  });
  return new Blob([markup(code, figures, settings())], { type: "text/html" });
}

/** What the page published last: the settings of each spec, and what to call them all. @returns {Settings} */
function settings() {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".vs-settings")]);
  const newest = all.sort((a, b) => Number(b.dataset.number) - Number(a.dataset.number))[0];
  return newest ? JSON.parse(String(newest.dataset.settings)) : { label: "", open: "", kinds: [] };
}

/** As text of a page. @param {unknown} text */
function escaped(text) {
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

/** @param {string} code of plotly.js @param {Shown[]} figures @param {Settings} settings */
function markup(code, figures, { label, open, kinds }) {
  const { title, what } = figures[0].page;
  const shown = figures.map(
    (f, i) => `<figure>${f.title === title ? "" : `<h2>${escaped(f.title)}</h2>`}
<div id="figure-${i}" role="img" aria-label="${escaped(f.alt)}" style="height:${f.layout.height}px"></div>
<figcaption>${escaped(f.caption)}</figcaption>${explained(f.measured)}</figure>`,
  );
  const tables = kinds.map(
    ([kind, key, rows]) => `<table><caption>${escaped(kind)} · ${escaped(key)}</caption>
${rows.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`).join("\n")}</table>`,
  );
  const drawn = figures.map(({ data, layout }) => ({ data, layout }));
  return `<!doctype html>
<html lang="${escaped(document.documentElement.lang || "en")}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${ALONE}">
<title>${escaped(title)}</title><style>${SHEET}</style></head>
<body><header><h1>${escaped(title)}</h1><p>${escaped(what)}</p>
<p>${origin(open)}</p></header>
${shown.join("\n")}
${tables.length ? `<details><summary>${escaped(label)}</summary>${tables.join("\n")}</details>` : ""}
<footer>Vectorscope · ${new Date().toISOString().slice(0, 10)}</footer>
<script>${code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--")}</script>
<script>
const FIGURES = ${quoted(drawn)}, PAPER = ${quoted(PAPER)}, NIGHT = ${quoted(NIGHT)}, FILE = ${quoted(FILE)};
const dress = ${dress};
const dark = matchMedia("(prefers-color-scheme: dark)");
function draw() {
  FIGURES.forEach(({ data, layout }, i) => {
    const theme = dark.matches ? NIGHT : PAPER;
    const shown = dress(structuredClone(layout), theme);
    for (const label of shown.annotations ?? []) if (label.name === "word") label.bgcolor = theme.back;
    Plotly.react("figure-" + i, data, shown, FILE);
  });
}
dark.addEventListener("change", draw);
draw();
</script></body></html>
`;
}
