// plotly.js makes a colour of each point's number by way of a text, which takes it a tenth of
// a second for 50 000 points. Colours as channels it takes as they are: here they come from a
// table, and the scale's bar is drawn for a trace without a point.
const SHADES = 256;
const mixed = new WeakMap(); // of the numbers: the colours made of them

function shaded(data) {
  const [{ marker, ...cloud }, ...others] = data;
  const { color, colorscale, cmin, cmax, colorbar, ...rest } = marker ?? {};
  if (!ArrayBuffer.isView(color) || !(cmax > cmin) || !Array.isArray(colorscale)) return data;
  const of = JSON.stringify([colorscale, cmin, cmax]);
  if (mixed.get(color)?.of !== of) mixed.set(color, { of, colors: mix(color, colorscale, cmin, cmax) });
  const { colors } = mixed.get(color);
  const scale = { color: [cmin], colorscale, cmin, cmax, colorbar };
  const bar = { type: "scatter", mode: "markers", x: [null], y: [null], marker: scale, showlegend: false };
  return [{ ...cloud, marker: { ...rest, color: colors } }, ...others, bar];
}

function mix(values, colorscale, cmin, cmax) {
  const shades = Array.from({ length: SHADES }, (_, i) => shade(colorscale, i / (SHADES - 1)));
  const step = (SHADES - 1) / (cmax - cmin);
  return Array.from(values, (value) => shades[Math.min(Math.max(Math.round((value - cmin) * step), 0), SHADES - 1)]);
}

// The colour at a place of the scale, as channels from 0 to 1.
function shade(scale, place) {
  const above = Math.max(1, scale.findIndex(([end]) => place <= end));
  const [[low, from], [high, to]] = [scale[above - 1], scale[above]];
  const share = (place - low) / (high - low);
  return channels(from).map((c, i) => c + share * (channels(to)[i] - c));
}

function channels(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
}
