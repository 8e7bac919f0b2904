// Words beside the points of a map: as many as fit without touching, and more as one zooms in.
// They are those of the trace whose `meta.first` lists the points that come first; the others
// follow in the trace's own order, which is that of frequency.
const LABEL = { px: 12, high: 16, above: 5, margin: 7, room: 6500 }; // room: px² a label needs
const ruler = document.createElement("canvas").getContext("2d");

async function labelWords(view, Plotly) {
  const labels = fitting(view.gd, view.theme);
  if (!labels || JSON.stringify(labels) === JSON.stringify(view.gd.layout.annotations ?? [])) return;
  await Plotly.relayout(view.gd, { annotations: labels });
}

function fitting({ _fullData, _fullLayout }, { back, font }) {
  const trace = _fullData.find((t) => t.meta?.first);
  if (!trace) return null;
  const { xaxis, yaxis } = _fullLayout;
  const [wide, tall] = [xaxis._length, yaxis._length];
  const most = Math.max(8, (wide * tall) / LABEL.room);
  const boxes = [];
  ruler.font = `${LABEL.px}px ${font || _fullLayout.font.family}`;
  const labels = [];
  const first = new Set(trace.meta.first);
  const tryPoint = (i) => {
    const [x, y] = [xaxis.d2p(trace.x[i]), yaxis.d2p(trace.y[i]) - LABEL.above];
    if (!(x > 0 && x < wide && y > LABEL.high && y < tall)) return;
    const half = ruler.measureText(trace.text[i]).width / 2 + LABEL.margin;
    if (x - half < 0 || x + half > wide) return;
    const box = [x - half, x + half, y - LABEL.high - LABEL.margin, y + LABEL.margin];
    if (boxes.some((b) => box[0] < b[1] && b[0] < box[1] && box[2] < b[3] && b[2] < box[3])) return;
    boxes.push(box);
    const text = first.has(i) && trace.meta.bold ? `<b>${trace.text[i]}</b>` : trace.text[i];
    labels.push({
      name: "word", x: trace.x[i], y: trace.y[i], text, showarrow: false, yanchor: "bottom",
      yshift: LABEL.above, borderpad: 0, bgcolor: back, opacity: 0.86, font: { size: LABEL.px },
    });
  };
  for (const i of trace.meta.first) tryPoint(i);
  for (let i = 0; i < trace.x.length && labels.length < most; i++) if (!first.has(i)) tryPoint(i);
  return labels;
}
