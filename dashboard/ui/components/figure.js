// One Plotly figure, mounted once per key and updated in place by Plotly.react, so that a
// new picture costs one draw and the user's zoom stays. `data` is bytes: a line of options
// (JSON), a newline, the figure (JSON with base64 typed arrays, which plotly.js decodes).
import { lineAndText } from "./bytes.js";
import { pictureOf } from "./figure_data.js";
import { countDraw, listen } from "./figure_events.js";
import style from "./figure.css";
import markup from "./figure.html";
import { moveLine, placeLine } from "./follow.js";
import { furnish } from "./furnish.js";
import { placeGrip } from "./grip.js";
import { drawCloud, removeCloud } from "./cloud_layer.js";
import { arrivals, lacking } from "./kept_parts.js";
import { labelWords } from "./labels.js";
import { light } from "./link.js";
import { loadPlotly } from "./load_plotly.js";
import { drawMarks } from "./marks.js";
import { inLanguage } from "./plotly_locale.js";
import { drawPointer } from "./pointer.js";
import { complain } from "./problem.js";
import { heightOf, thinLabels } from "./room.js";
import { save } from "./saving.js";
import { enlarge, staged, turns } from "./staging.js";
import { dress, liveTheme } from "./theme.js";
import { moves } from "./thumbs.js";

/** @import { Call, FigureHost, Json, Options, Plot, PlotlyJs, View } from "./types" */

const CONFIG = {
  displaylogo: false,
  showTips: false,
  showSendToCloud: false, // plotly.js would offer to post the data to its maker's server
  plotlyServerURL: "",
  modeBarButtonsToRemove: ["toImage", "zoomIn2d", "zoomOut2d", "autoScale2d", "toggleSpikelines",
    "hoverClosestCartesian", "hoverCompareCartesian"],
};
const SELECT = ["select2d", "lasso2d"];

/** @param {Call} call */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const host = /** @type {FigureHost} */ (furnish(parentElement, markup, style));
  const [options, fig] = lineAndText(data);
  const latest = { options, fig, setStateValue, setTriggerValue };
  // this function runs again at each change
  const view = host.view ? Object.assign(host.view, latest) : (host.view = mount(host, latest));
  view.gd.setAttribute("aria-label", view.options.alt);
  view.gd.style.height = `${heightOf(view)}px`; // reserved before plotly.js has arrived
  host.setAttribute("aria-busy", String(view.options.dim));
  update(view);
  // Streamlit also calls this when a run of this function is overtaken by the next one.
  return () => host.isConnected || view.remove();
}

/**
 * @param {FigureHost} host
 * @param {Pick<View, "options" | "fig" | "setStateValue" | "setTriggerValue">} latest
 * @returns {View}
 */
function mount(host, latest) {
  const observer = new ResizeObserver(() => update(view));
  observer.observe(host);
  const ends = [
    () => observer.disconnect(),
    arrivals.hear((key) => key === view.options.key && update(view)),
    turns.hear(() => update(view)),
    moves.hear((key) => key === view.options.follow && moveLine(view)),
    () => view.unlink?.(),
    () => view.grip?.flight.remove(),
    () => view.leave?.(),
    () => removeCloud(view),
  ];
  /** @type {View} */
  const view = {
    ...latest,
    host,
    gd: /** @type {Plot} */ (host.querySelector(".vs-figure-plot")),
    theme: liveTheme(host),
    drawn: {},
    labels: [],
    chosen: "[]",
    stale: false,
    busy: false,
    gone: false,
    remove() {
      for (const end of ends) end();
      view.gone = true;
      purge(view);
    },
  };
  for (const button of host.querySelectorAll("[data-format]")) {
    const { dataset } = /** @type {HTMLElement} */ (button);
    button.addEventListener("click", () => save(view, String(dataset.format)));
  }
  return view;
}

/** What plotly.js keeps of a figure that is gone; not while it still draws it, in steps. @param {View} view */
function purge({ gone, busy, gd }) {
  if (gone && !busy) window.Plotly?.purge(gd);
}

/** Draw the newest state; states that came and went during a draw are skipped. @param {View} view */
async function update(view) {
  view.stale = true;
  if (view.busy) return;
  view.busy = true;
  try {
    const Plotly = await loadPlotly(view.options.src);
    while (view.stale && !view.gone) {
      view.stale = false;
      await draw(view, Plotly);
    }
  } catch (error) {
    if (!view.gone) complain(view, error);
  } finally {
    view.busy = false;
    purge(view);
  }
}

/** @param {View} view @param {PlotlyJs} Plotly */
async function draw(view, Plotly) {
  const { gd, host, fig, options, drawn } = view;
  const width = gd.clientWidth;
  if (!width) return; // in a hidden tab: the observer calls again once it opens
  const missing = lacking(options);
  if (missing.length) {
    // on its way: its arrival calls again; or it was lost with a run that was overtaken
    if (missing.some((i) => !options.coming?.[i])) view.setTriggerValue("lacks", true);
    return;
  }
  view.theme = liveTheme(host);
  const height = heightOf(view);
  gd.style.height = `${height}px`;
  /** @type {Json} */
  const next = { fig, width, height, zoom: staged.zoom, theme: JSON.stringify(view.theme), cloud: options.cloud };
  const kept = options.kept?.join();
  if (!options.cloud) next.kept = kept; // plotly.js knows nothing of a cloud
  const changed = Object.keys(next).some((k) => next[k] !== drawn[k]);
  const [marks, labels] = [options.marks, options.labels].map((part) => JSON.stringify(part));
  const above = marks !== drawn.marks || labels !== drawn.labels;
  const points = changed || kept !== drawn.kept;
  view.drawn = { ...next, kept, marks, labels };
  if (changed) await drawPicture(view, Plotly, { width, height }, !drawn.fig);
  if (points) drawCloud(view);
  if (points || above) {
    drawMarks(view);
    labelWords(view);
    if (!changed) countDraw(host);
  }
  drawPointer(view);
  placeGrip(view);
  host.dataset.token = options.token;
}

/**
 * @param {View} view
 * @param {PlotlyJs} Plotly
 * @param {{ width: number, height: number }} size px
 * @param {boolean} first
 */
async function drawPicture(view, Plotly, size, first) {
  const { gd, host, options, theme } = view;
  const { data, layout } = pictureOf(view);
  for (const part of [layout, ...data]) enlarge(part, staged.zoom);
  Object.assign(dress(layout, theme), size);
  thinLabels(layout, size.width);
  placeLine(layout, options);
  await Plotly.react(gd, data, layout, configOf(options));
  if (first) listen(view);
  host.querySelector(".vs-figure-problem")?.remove();
  moveLine(view);
  if (view.lit) light(view);
}

/** How plotly.js behaves. @param {Options} options */
function configOf({ selects, locale }) {
  return {
    ...CONFIG,
    ...inLanguage(locale),
    plotGlPixelRatio: Math.max(1, window.devicePixelRatio), // else 2, four times the work
    modeBarButtonsToRemove: CONFIG.modeBarButtonsToRemove.concat(selects ? [] : SELECT),
  };
}
