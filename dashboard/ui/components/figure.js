// One Plotly figure, mounted once per key and updated in place by Plotly.react, so that a
// new picture costs one draw and the user's zoom stays. `data` is bytes: a line of options
// (JSON), a newline, the figure (JSON with base64 typed arrays, which plotly.js decodes).

const CONFIG = {
  displaylogo: false,
  showTips: false,
  showSendToCloud: false, // plotly.js would offer to post the data to its maker's server
  plotlyServerURL: "",
  modeBarButtonsToRemove: ["toImage", "zoomIn2d", "zoomOut2d", "autoScale2d", "toggleSpikelines",
    "hoverClosestCartesian", "hoverCompareCartesian"],
};
const LABEL_PX = 13; // a label written at a slant takes this much of the axis
const SELECT = ["select2d", "lasso2d"];

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const host = parentElement.querySelector(".vs-figure");
  const view = (host.view ??= mount(host)); // this function runs again at each change
  const text = new TextDecoder().decode(data);
  const cut = text.indexOf("\n");
  Object.assign(view, { options: JSON.parse(text.slice(0, cut)), fig: text.slice(cut + 1) });
  Object.assign(view, { setStateValue, setTriggerValue });
  const { alt, dim } = view.options;
  view.gd.setAttribute("aria-label", alt);
  view.gd.style.height = `${tall(view)}px`; // reserved before plotly.js has arrived
  host.setAttribute("aria-busy", String(dim));
  update(view);
  // Streamlit also calls this when a run of this function is overtaken by the next one.
  return () => host.isConnected || view.remove();
}

function mount(host) {
  const view = { host, gd: host.querySelector(".vs-figure-plot"), drawn: {}, chosen: "[]" };
  const observer = new ResizeObserver(() => update(view));
  observer.observe(host);
  const came = () => view.options.kept && update(view);
  window.addEventListener("vectorscope-kept", came);
  const slid = ({ detail }) => detail === view.options.follow && move(view);
  window.addEventListener("vectorscope-slider", slid);
  view.save = (...asked) => save(view, ...asked).catch((e) => complain(view, e));
  for (const button of host.querySelectorAll("[data-format]")) {
    button.onclick = () => view.save(button.dataset.format);
  }
  view.told = () => told(view);
  view.remove = () => {
    observer.disconnect();
    window.removeEventListener("vectorscope-kept", came);
    window.removeEventListener("vectorscope-slider", slid);
    view.unlink?.();
    view.gone = true;
    purge(view);
  };
  return view;
}

// What plotly.js keeps of a figure that is gone; not while it still draws it, in steps.
function purge({ gone, busy, gd }) {
  if (gone && !busy) window.Plotly?.purge(gd);
}

// Draw the newest state; states that came and went during a draw are skipped.
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

async function draw(view, Plotly) {
  const { gd, host, fig, options, drawn } = view;
  const width = gd.clientWidth;
  if (!width) return; // in a hidden tab: the observer calls again once it opens
  const missing = lacking(options);
  if (missing.length) {
    // on its way: its arrival calls again; or it was lost with a run that was overtaken
    if (missing.some((i) => !options.coming[i])) view.setTriggerValue("lacks", true);
    return;
  }
  const theme = liveTheme(host);
  const height = tall(view);
  gd.style.height = `${height}px`;
  const next = { fig, width, height, theme: JSON.stringify(theme), kept: options.kept?.join() };
  const changed = Object.keys(next).filter((k) => next[k] !== drawn[k]);
  const [marks, labels] = [options.marks, options.labels].map((part) => JSON.stringify(part));
  const above = marks !== drawn.marks || labels !== drawn.labels;
  view.drawn = { ...next, marks, labels };
  if (changed.length) {
    const first = !drawn.fig;
    const { data, layout } = parsed(view, "parts");
    Object.assign(dress(layout, theme), { width, height });
    thin(layout, width);
    if (marker(layout)) mark(marker(layout), followed(options));
    view.theme = theme;
    const remove = CONFIG.modeBarButtonsToRemove.concat(options.selects ? [] : SELECT);
    const plotGlPixelRatio = Math.max(1, window.devicePixelRatio); // else 2, four times the work
    await Plotly.react(gd, data, layout, { ...CONFIG, ...spoken(options), plotGlPixelRatio, modeBarButtonsToRemove: remove });
    if (first) listen(view);
    host.querySelector(".vs-figure-problem")?.remove();
    move(view);
    if (view.lit) light(view);
  }
  if (changed.length || above) {
    drawMarks(view);
    labelWords(view);
    if (!changed.length) host.dataset.draws = Number(host.dataset.draws) + 1;
  }
  host.dataset.token = options.token;
}

// plotly.js's own words, in the language of the page.
function spoken({ locale }) {
  return locale ? { locale: locale.name, locales: { [locale.name]: { dictionary: locale.dictionary, format: {} } } } : {};
}

function keptOf({ key }) {
  return window.vectorscopeKept?.[key] ?? [];
}

// Numbers of the parts that the browser does not have.
function lacking(options) {
  const [names, found] = [options.kept ?? [], keptOf(options)];
  return [...names.keys()].filter((i) => found[i]?.name !== names[i]);
}

// `form` of what is kept: "parts" to draw, "packed" to be written into a file.
function parsed({ fig, options }, form) {
  const { data, layout } = JSON.parse(fig);
  for (const part of options.kept ? keptOf(options) : []) {
    const { marker, ...rest } = part[form];
    Object.assign(data[0], rest, { marker: { ...data[0].marker, ...marker } });
  }
  if (form === "packed") {
    if (options.labels) data[0].meta = options.labels;
    return withMarks({ data, layout }, options);
  }
  return { data: options.kept ? shaded(data) : data, layout };
}

// Pictures of a fixed shape are no taller than their width lets them be: on a phone, hardly any.
function tall({ gd, options: { height, shape } }) {
  return shape && gd.clientWidth ? Math.min(height, Math.round(shape * gd.clientWidth + 50)) : height;
}

// A vertical line named "follow" stands where a slider's thumb is, also before Python has
// heard of it: an answer to an earlier position must not pull it back.
function followed({ follow }) {
  return (follow && window.vectorscopeSliders?.[follow]) ?? undefined;
}

function marker(layout) {
  return layout?.shapes?.find((shape) => shape.name === "follow");
}

function mark(shape, x) {
  if (x !== undefined) Object.assign(shape, { x0: x, x1: x });
}

function move({ gd, options }) {
  const x = followed(options);
  const line = marker(gd.layout);
  if (x === undefined || !line || line.x0 === x) return;
  const i = gd.layout.shapes.indexOf(line);
  window.Plotly.relayout(gd, { [`shapes[${i}].x0`]: x, [`shapes[${i}].x1`]: x });
}

// Given labels are all drawn, also where they overlap: on a narrow screen keep every nth.
function thin({ xaxis }, width) {
  if (!Array.isArray(xaxis?.ticktext)) return;
  const room = (width - 110) / LABEL_PX;
  const nth = Math.ceil(xaxis.ticktext.length / Math.max(room, 1));
  for (const name of ["tickvals", "ticktext"]) xaxis[name] = xaxis[name].filter((_, i) => i % nth === 0);
}

// The picture behind a point, cut from the sheet of all of them, beside the pointer.
function reveal(view, point, event) {
  const { host, options } = view;
  const card = host.querySelector(".vs-figure-picture");
  const item = point?.customdata;
  card.hidden = !options.pictures || !Number.isInteger(item);
  if (card.hidden) return;
  const { source, columns, width, height } = options.pictures;
  const zoom = Math.max(1, Math.round(72 / Math.max(width, height)));
  const box = host.getBoundingClientRect();
  const right = event.clientX - box.left < box.width / 2;
  Object.assign(card.style, {
    width: `${width * zoom}px`,
    height: `${height * zoom}px`,
    backgroundImage: source,
    backgroundSize: `${columns * width * zoom}px auto`,
    backgroundPosition: `${-(item % columns) * width * zoom}px ${-Math.floor(item / columns) * height * zoom}px`,
    left: `${event.clientX - box.left + (right ? 14 : -14 - width * zoom)}px`,
    top: `${event.clientY - box.top + 16}px`,
  });
}

function listen(view) {
  const { gd, host } = view;
  host.dataset.draws = 1; // plotly_afterplot of the first draw came before we could listen
  gd.on("plotly_afterplot", () => (host.dataset.draws = Number(host.dataset.draws) + 1));
  joinLink(view);
  gd.on("plotly_hover", ({ points, event }) => reveal(view, points[0], event));
  gd.on("plotly_unhover", () => reveal(view));
  gd.on("plotly_relayout", () => {
    drawMarks(view);
    labelWords(view);
  });
  gd.on("plotly_relayouting", () => {
    drawMarks(view);
    drawLabels(view);
  });
  gd.on("plotly_click", (event) => {
    const p = event?.points?.[0];
    if (!p || !view.options.clicks) return;
    const { curveNumber: curve, x, y, z, text } = p;
    const customdata = listed(p.customdata);
    const point = p.pointNumber ?? p.pointIndex; // [row, column] in a heatmap
    view.setTriggerValue("click", { curve, point, x, y, z, text, customdata });
  });
  const select = (event) => {
    if (!view.options.selects) return;
    const ids = (event?.points ?? []).map((p) => listed(p.customdata) ?? p.id ?? p.pointNumber);
    if (JSON.stringify(ids) === view.chosen) return; // a redraw repeats the event
    view.chosen = JSON.stringify(ids);
    view.setStateValue("selection", ids);
  };
  gd.on("plotly_selected", (event) => event && select(event));
  gd.on("plotly_deselect", () => select(null));
}

// A row of a typed matrix is typed too, and would reach Python as {"0": …, "1": …}.
function listed(row) {
  return ArrayBuffer.isView(row) ? Array.from(row) : row;
}

function liveTheme(host) {
  const css = getComputedStyle(host);
  const get = (name) => css.getPropertyValue(`--st-${name}`).trim();
  return {
    text: get("text-color"), line: get("border-color"), grid: get("border-color-light"),
    card: get("secondary-background-color"), back: "rgba(0,0,0,0)", font: get("font"),
    accent: get("link-color"), page: get("background-color"), dark: css.colorScheme === "dark",
  };
}

// Colours go into the template: above its defaults, below what a figure sets on purpose.
function dress(layout, { text, line, grid, card, back, font, accent = text }) {
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

function complain(view, error) {
  console.error(error);
  const problem = view.host.querySelector(".vs-figure-problem") ?? document.createElement("div");
  Object.assign(problem, { className: "vs-figure-problem", textContent: view.options.problem.replace("{why}", error.message) });
  view.host.append(problem);
}
