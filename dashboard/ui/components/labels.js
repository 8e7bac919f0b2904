// Words beside the points of a map: as many as fit without touching, and more as one zooms in.
// They are those of the trace whose `meta.first` lists the points that come first; the others
// follow in the trace's own order, which is that of frequency.
const LABEL = { px: 12, high: 16, above: 5, base: 8, margin: 7, room: 6500 }; // room: px² a label needs
const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map(); // of texts measured before: measuring is what costs
const fitted = new WeakMap(); // of each figure: its labels, and what they were fitted to

function widthOf(text) {
  let width = widths.get(text);
  if (width === undefined) widths.set(text, (width = ruler.measureText(text).width));
  return width;
}

// They are drawn here, and not by plotly.js, which would look at every point again for them.
function labelWords(view) {
  view.labels = fitting(view) ?? [];
  drawLabels(view);
}

// The labels there are, where their points now are.
function drawLabels({ host, gd, labels }) {
  const { xaxis, yaxis, width, height } = gd._fullLayout;
  const layer = labels && xaxis && layerOf(host, gd, "vs-figure-labels", "svg");
  if (!layer) return; // parallel coordinates have no such axes
  place(layer, { left: 0, top: 0, width, height });
  const [right, up] = [along(xaxis), along(yaxis)];
  layer.replaceChildren(...labels.map(({ x, y, plain, bold }) => {
    const at = { x: xaxis._offset + right(x), y: yaxis._offset + yaxis._length - up(y) - LABEL.base };
    const text = drawn("text", { ...at, "font-size": LABEL.px, ...(bold && { "font-weight": 700 }) });
    text.textContent = plain;
    return text;
  }));
}

// The same in a file, where plotly.js draws them.
function asAnnotations(labels, back) {
  return labels.map(({ x, y, word, bold }) => ({
    name: "word", x, y, text: bold ? `<b>${word}</b>` : word, showarrow: false, yanchor: "bottom",
    yshift: LABEL.above, borderpad: 0, bgcolor: back, opacity: 0.86, font: { size: LABEL.px },
  }));
}

function fitting({ gd, theme: { font }, options }) {
  const { _fullData, _fullLayout } = gd;
  const trace = options.labels ? _fullData[0] : _fullData.find((t) => t.meta?.first);
  if (!trace) return null;
  const meta = options.labels ?? trace.meta;
  const { xaxis, yaxis } = _fullLayout;
  const [wide, tall] = [xaxis._length, yaxis._length];
  // a picture is fitted before it is drawn and after, mostly the same
  const last = fitted.get(gd);
  const now = JSON.stringify([meta, xaxis.range, yaxis.range, wide, tall, font]);
  if (last?.now === now && last.x === trace.x && last.text === trace.text) return last.labels;
  const most = Math.max(8, (wide * tall) / LABEL.room);
  const boxes = [];
  const style = `${LABEL.px}px ${font || _fullLayout.font.family}`;
  if (widths.style !== style) widths.clear();
  widths.style = ruler.font = style;
  const labels = [];
  const first = new Set(meta.first);
  const tryPoint = (i) => {
    const x = xaxis.d2p(trace.x[i]);
    if (!(x > 0 && x < wide)) return;
    const y = yaxis.d2p(trace.y[i]) - LABEL.above;
    if (!(y > LABEL.high && y < tall)) return;
    const [top, bottom] = [y - LABEL.high - LABEL.margin, y + LABEL.margin];
    const free = (half) =>
      !boxes.some((b) => x - half < b[1] && b[0] < x + half && top < b[3] && b[2] < bottom);
    if (!free(LABEL.margin)) return; // most points: not even a label without a letter fits
    const half = widthOf(trace.text[i]) / 2 + LABEL.margin;
    if (x - half < 0 || x + half > wide || !free(half)) return;
    const box = [x - half, x + half, top, bottom];
    boxes.push(box);
    labels.push({ x: trace.x[i], y: trace.y[i], word: trace.text[i], plain: plainText(trace.text[i]), bold: first.has(i) && !!meta.bold });
  };
  for (const i of meta.first) tryPoint(i);
  for (let i = 0; i < trace.x.length && labels.length < most; i++) if (!first.has(i)) tryPoint(i);
  fitted.set(gd, { now, x: trace.x, text: trace.text, labels });
  return labels;
}
