// Marks above the points of a figure: lines and a few symbols, drawn here, so that choosing a
// point draws none of the others again, which takes plotly.js a third of a second for 50 000.
// Saved files get them as the traces they are.
const DASHES = { solid: "none", dot: "2 2" };
const FAINT = 0.4; // the points under marks
const FAINT_AT_NIGHT = 0.8; // on a dark screen, where half of a dark colour cannot be seen

function drawMarks(view) {
  const { host, gd, options } = view;
  const marks = options.marks ?? [];
  host.classList.toggle("vs-figure-marked", marks.length > 0);
  host.style.setProperty("--vs-faint", view.theme.dark ? FAINT_AT_NIGHT : FAINT);
  const layer = layerOf(host, gd, "vs-figure-marks", "svg");
  const key = layerOf(host, gd, "vs-figure-key", "div");
  layer?.replaceChildren();
  key?.replaceChildren();
  if (!layer || !marks.length) return;
  const { xaxis: x, yaxis: y } = gd._fullLayout;
  place(layer, { left: x._offset, top: y._offset, width: x._length, height: y._length });
  place(key, { left: x._offset, maxWidth: x._length / 2 });
  const [right, up] = [along(x), along(y)];
  for (const mark of marks) {
    const at = mark.x.map((value, i) => value !== null && [right(value), y._length - up(mark.y[i])]);
    if (mark.mode === "lines") layer.append(path(at, mark.line));
    else for (const point of at) layer.append(symbol(point, mark.marker));
    if (mark.showlegend !== false && mark.x.length) key.append(entry(mark));
  }
}

// Below what plotly.js writes above the points, the legend and what hovering tells; in the order
// in which they are first asked for: words above marks.
function layerOf(host, gd, name, kind) {
  const points = gd.querySelector(".gl-container");
  const found = host.querySelector(`.${name}`);
  if (found || !points) return found;
  const layer = kind === "svg" ? document.createElementNS(SVG, "svg") : document.createElement("div");
  layer.setAttribute("class", name);
  layer.setAttribute("aria-hidden", "true");
  let below = points;
  while (below.nextElementSibling?.matches("[class^=vs-figure-]")) below = below.nextElementSibling;
  below.after(layer);
  return layer;
}

function place(layer, box) {
  for (const [side, px] of Object.entries(box)) layer.style[side] = `${px}px`;
}

// px from an axis's start; its range is up to date while it is dragged, its own ways are not.
function along({ range: [from, to], _length: length }) {
  return (value) => ((value - from) / (to - from)) * length;
}

function drawn(kind, attributes) {
  const element = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function path(places, { color, width, dash }) {
  let pen = "M";
  const steps = places.map((at) => {
    const step = at ? `${pen}${at[0]} ${at[1]}` : "";
    pen = at ? "L" : "M";
    return step;
  });
  return drawn("path", { d: steps.join(""), fill: "none", stroke: color, "stroke-width": width, "stroke-dasharray": DASHES[dash] });
}

function symbol([x, y], { symbol: name, size, color, line }) {
  const open = name.endsWith("-open");
  const look = { fill: open ? "none" : color, stroke: open ? color : line.color, "stroke-width": line.width };
  if (name.startsWith("circle")) return drawn("circle", { cx: x, cy: y, r: size / 2, ...look });
  const corners = name === "star" ? 10 : 4;
  const points = Array.from({ length: corners }, (_, i) => {
    const [r, angle] = [size * (name === "star" ? (i % 2 ? 0.27 : 0.7) : 0.65), (2 * Math.PI * i) / corners];
    return `${x + r * Math.sin(angle)},${y - r * Math.cos(angle)}`;
  });
  return drawn("polygon", { points: points.join(" "), ...look });
}

function entry({ name, marker }) {
  const [row, glyph] = [document.createElement("span"), drawn("svg", { width: 14, height: 14 })];
  glyph.append(symbol([7, 7], { ...marker, size: Math.min(marker.size, 9) }));
  row.append(glyph, plainText(name));
  return row;
}

// As traces of a saved file.
function withMarks({ data, layout }, { marks = [] }) {
  if (!marks.length) return { data, layout };
  const [{ marker, ...cloud }, ...others] = data;
  const faint = { ...cloud, marker: { ...marker, opacity: FAINT } };
  return { data: [faint, ...others, ...marks], layout: { ...layout, showlegend: true } };
}
