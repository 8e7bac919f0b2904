// Figures of one group light up together what belongs to a name: rows as bands, a series
// as a line. It goes from figure to figure inside the browser and draws above the plot, so that
// neither the server nor plotly.js has to do anything while the pointer moves.

const SVG = "http://www.w3.org/2000/svg";

function joinLink(view) {
  const { gd } = view;
  const say = (names) => {
    const detail = { group: view.options.link?.group, names };
    if (detail.group) window.dispatchEvent(new CustomEvent("vectorscope-link", { detail }));
  };
  gd.on("plotly_hover", ({ points }) => {
    const names = view.options.link?.says?.[points[0].y];
    if (names) say(names);
  });
  gd.on("plotly_unhover", () => say([]));
  const heard = ({ detail }) => {
    if (detail.group !== view.options.link?.group) return;
    view.lit = detail.names;
    light(view);
  };
  window.addEventListener("vectorscope-link", heard);
  view.unlink = () => window.removeEventListener("vectorscope-link", heard);
}

function light({ host, gd, lit, options }) {
  const plot = gd._fullLayout;
  const layer = host.querySelector(".vs-figure-lit") ?? document.createElementNS(SVG, "svg");
  layer.setAttribute("class", "vs-figure-lit");
  layer.replaceChildren();
  const { rows: known = {}, curves = {} } = options.link ?? {};
  const rows = [...new Set(lit.flatMap((name) => known[name] ?? []))];
  const curve = curves[lit[0]];
  host.dataset.lit = rows.length || curve ? lit[0] : "";
  if (!layer.parentNode) host.append(layer);
  if (!host.dataset.lit) return;
  layer.setAttribute("width", plot.width);
  layer.setAttribute("height", plot.height);
  const { xaxis: x, yaxis: y } = plot;
  const down = (row) => y._offset + y.d2p(row);
  for (const row of rows) {
    const band = document.createElementNS(SVG, "rect");
    const [top, bottom] = [down(row - 0.5), down(row + 0.5)].sort((a, b) => a - b);
    const box = { x: 0, y: top, width: plot.width, height: bottom - top };
    for (const [key, value] of Object.entries(box)) band.setAttribute(key, value);
    layer.append(band);
  }
  if (!curve) return;
  const line = document.createElementNS(SVG, "polyline");
  const places = curve.map((value, i) => `${x._offset + x.d2p(value)},${down(i + 1)}`);
  line.setAttribute("points", places.join(" "));
  layer.append(line);
}
