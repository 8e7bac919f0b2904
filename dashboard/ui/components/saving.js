// A figure as a file: a slide (PNG, SVG) with its title and caption, or a page that works
// offline. Words of a corpus and names of files are in all of them, and stay text there.

const PRINT = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';
const PAPER = { text: "#1D2426", line: "#B9B5AA", grid: "#E6E3DB", card: "#FFFFFF", back: "#FFFFFF", font: PRINT, accent: "#0B6A6A" };
const NIGHT = { text: "#DCE5DF", line: "#4A554F", grid: "#232C27", card: "#131916", back: "#040605", font: PRINT, accent: "#3DDC84" };
const SLIDE = { width: 1920, height: 1080, edge: 72, title: 48, caption: 26 }; // px
const ZOOMS = [2.4, 2, 1.6, 1.3, 1]; // of the type on a slide, the largest at which a figure fits
const SQUEEZED = 0.6; // a figure fits where it keeps this share of its height
const FILE = { displaylogo: false, responsive: true, showSendToCloud: false, plotlyServerURL: "" };

// One figure as a slide, or `views`, all of them, as one page.
async function save(view, format, views = [view], name = view.options.filename) {
  await loadPlotly(view.options.src);
  const blob = format === "html" ? await asPage(views) : await asSlide(view, format);
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: `${name}.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// What is drawn, with the user's zoom and with all labels, whatever the screen had room for.
function whole(view, width) {
  const { data, layout: given } = parsed(view, "packed");
  const listed_ = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
  const layout = JSON.parse(JSON.stringify(view.gd.layout, listed_));
  for (const name of ["tickvals", "ticktext"]) {
    if (Array.isArray(given.xaxis?.[name])) layout.xaxis[name] = given.xaxis[name];
  }
  thin(layout, width);
  if (given.showlegend !== undefined) layout.showlegend = given.showlegend; // marks have entries in it
  const { title } = layout;
  delete layout.title; // it stands above the figure
  if (title?.text && layout.margin?.t === undefined) layout.margin = { ...layout.margin, t: 12 };
  return { data, layout };
}

// Its title and caption, as they stand on the page around it.
function told({ host, gd, options }) {
  const said = (selector, within = document) => within.querySelector(selector)?.textContent.trim() ?? "";
  const page = { title: said(".vs-head h1"), what: said(".vs-head p") };
  const own = plainText(gd.layout.title?.text);
  const scope = host.closest('[class*="st-key-scope-"]');
  if (scope) {
    const parts = [".vs-does", ".vs-lost b", ".vs-lost span"].map((part) => said(part, scope));
    return { page, title: said(".vs-scope b", scope), caption: parts.filter(Boolean).join(" · ") };
  }
  const parts = [...document.querySelectorAll(".vs-figure, .vs-caption, h5")];
  const here = parts.indexOf(host);
  const heading = parts[here - 1]?.matches("h5") ? parts[here - 1].textContent.trim() : "";
  // Figures side by side share the caption below them.
  const row = host.closest('[data-testid="stHorizontalBlock"]');
  const next = parts.slice(here + 1).find((e) => !(e.matches(".vs-figure") && row?.contains(e)));
  const caption = next?.matches(".vs-caption") ? next.textContent.trim() : options.alt;
  return { page, title: own || heading || page.title, caption };
}

// Plotly's labels are a little HTML: read by a parser that runs nothing.
function plainText(label) {
  const marked = String(label ?? "").replace(/<br\s*\/?>/gi, " ");
  return new DOMParser().parseFromString(marked, "text/html").body.textContent.trim();
}

async function asSlide(view, format) {
  const { width, height, edge } = SLIDE;
  const { title, caption } = told(view);
  const head = wrapped(title, SLIDE.title, width - 2 * edge, 2);
  const foot = wrapped(caption, SLIDE.caption, width - 2 * edge, 4);
  const [high, low] = [SLIDE.title * 1.2, SLIDE.caption * 1.3];
  const top = edge * 0.6 + head.length * high + 18;
  const room = { width: width - 2 * edge, height: height - top - foot.length * low - edge };
  const plot = await drawing(view, room);
  const svg = document.createElementNS(SVG, "svg");
  set(svg, { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` });
  const paper = svg.appendChild(document.createElementNS(SVG, "rect"));
  set(paper, { width, height, fill: PAPER.back });
  set(plot, { x: edge, y: top, ...room });
  svg.append(plot);
  head.forEach((line, i) => write(svg, line, edge * 0.6 + (i + 0.85) * high, SLIDE.title, 600));
  const below = height - edge * 0.55 - foot.length * low;
  foot.forEach((line, i) => write(svg, line, below + (i + 0.8) * low, SLIDE.caption, 400, 0.8));
  const file = new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
  return format === "svg" ? file : painted(file);
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function write(svg, line, y, size, weight, opacity = 1) {
  const text = svg.appendChild(document.createElementNS(SVG, "text"));
  set(text, { x: SLIDE.edge, y, "font-size": size, "font-weight": weight, fill: PAPER.text, opacity });
  set(text, { "font-family": PRINT });
  text.textContent = line;
}

// Lines no wider than `width` px, `most` of them; Chinese breaks anywhere.
function wrapped(text, size, width, most) {
  ruler.font = `${size >= 40 ? 600 : 400} ${size}px ${PRINT}`;
  const fits = (line) => ruler.measureText(line).width <= width;
  const lines = [""];
  for (const part of text.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+|\s+/g) ?? []) {
    for (const piece of fits(part) ? [part] : part) {
      if (fits(lines.at(-1) + piece)) lines[lines.length - 1] += piece;
      else lines.push(piece.trimStart());
    }
  }
  if (lines.length <= most) return lines.filter(Boolean);
  let last = lines[most - 1];
  while (last && !fits(`${last}…`)) last = last.slice(0, -1);
  return [...lines.slice(0, most - 1), `${last}…`];
}

// The figure in so many px, its type enlarged as far as it still fits. Drawn anew, out of sight:
// which words of a map have room for a label depends on its size.
async function drawing(view, { width, height }) {
  const Plotly = window.Plotly;
  const zoom = ZOOMS.find((z) => height / z >= SQUEEZED * view.options.height) ?? ZOOMS.at(-1);
  const size = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  const { data, layout } = whole(view, size.width);
  Object.assign(dress(layout, PAPER), size, { paper_bgcolor: PAPER.back, autosize: false });
  const words = data.some((trace) => trace.meta?.first);
  const place = document.body.appendChild(document.createElement("div"));
  Object.assign(place.style, { position: "fixed", left: "-99999px", top: 0 });
  try {
    await Plotly.newPlot(place, data, layout, { staticPlot: true, plotGlPixelRatio: 2 * zoom });
    if (words) {
      const labels = fitting({ gd: place, theme: { font: PRINT }, options: {} });
      await Plotly.relayout(place, { annotations: asAnnotations(labels, PAPER.back) });
    }
    const url = await Plotly.toImage(place, { format: "svg", ...size });
    const text = decodeURIComponent(url.slice(url.indexOf(",") + 1));
    const plot = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    plot.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    for (const title of plot.querySelectorAll(".xtitle[transform]")) { // see figure.css
      for (const moved of [title, title.parentNode]) moved.removeAttribute("transform");
    }
    return document.importNode(plot, true);
  } finally {
    Plotly.purge(place);
    place.remove();
  }
}

async function painted(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: SLIDE.width, height: SLIDE.height });
  canvas.getContext("2d").drawImage(image, 0, 0, SLIDE.width, SLIDE.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
