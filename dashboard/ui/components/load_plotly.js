// One load of plotly.js per browser page, shared by all figures.
import { textOf } from "./bytes.js";

/** @import { Call, PlotlyJs } from "./types" */

/** @type {Promise<PlotlyJs> | undefined} */
let loading;

/** Loads it before there is a figure. @param {Call} call */
export default function ({ data }) {
  loadPlotly(textOf(data)).catch(() => {});
}

/** @param {string} src @returns {Promise<PlotlyJs>} */
export function loadPlotly(src) {
  loading ??= window.Plotly ? Promise.resolve(window.Plotly) : load(src);
  return loading;
}

/** @param {string} src @returns {Promise<PlotlyJs>} */
function load(src) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src });
    script.onload = () => resolve(/** @type {PlotlyJs} */ (window.Plotly));
    script.onerror = () => {
      loading = undefined; // the next figure tries again
      reject(new Error(`${src} could not be loaded; is server.enableStaticServing on?`));
    };
    document.head.append(script);
  });
}
