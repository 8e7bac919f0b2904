// Words beside the points of a map: as many as fit without touching, and more as one zooms in.
// They are those of the trace whose `meta.first` lists the points that come first; the others
// follow in the trace's own order, which is that of frequency.
const LABEL = { px: 12, high: 16, above: 5, margin: 7, room: 6500 }; // room: px² a label needs
const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map(); // of texts measured before: measuring is what costs
const fitted = new WeakMap(); // of each figure: its labels, and what they were fitted to

function widthOf(text) {
  let width = widths.get(text);
  if (width === undefined) widths.set(text, (width = ruler.measureText(text).width));
  return width;
}

async function labelWords(view, Plotly) {
  const labels = fitting(view.gd, view.theme);
  if (!labels || JSON.stringify(labels) === JSON.stringify(view.gd.layout.annotations ?? [])) return;
  await Plotly.relayout(view.gd, { annotations: labels });
}

// `meta`: that of the trace as it is about to be drawn.
function fitting(gd, { back, font }, meta) {
  const { _fullData, _fullLayout } = gd;
  const trace = _fullData.find((t) => t.meta?.first);
  if (!trace) return null;
  meta ??= trace.meta;
  const { xaxis, yaxis } = _fullLayout;
  const [wide, tall] = [xaxis._length, yaxis._length];
  // a picture is fitted before it is drawn and after, mostly the same
  const last = fitted.get(gd);
  const now = JSON.stringify([meta, xaxis.range, yaxis.range, wide, tall, back, font]);
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
    const text = first.has(i) && meta.bold ? `<b>${trace.text[i]}</b>` : trace.text[i];
    labels.push({
      name: "word", x: trace.x[i], y: trace.y[i], text, showarrow: false, yanchor: "bottom",
      yshift: LABEL.above, borderpad: 0, bgcolor: back, opacity: 0.86, font: { size: LABEL.px },
    });
  };
  for (const i of meta.first) tryPoint(i);
  for (let i = 0; i < trace.x.length && labels.length < most; i++) if (!first.has(i)) tryPoint(i);
  fitted.set(gd, { now, x: trace.x, text: trace.text, labels });
  return labels;
}
