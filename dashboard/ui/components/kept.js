// What a figure's first trace keeps while its colours change (see `kept` in figure.py): the
// newest of each figure, found by the figure in window.vectorscopeKept.
const TYPES = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

// As plotly.js reads an array, which it would do again at every draw: rows, of a matrix.
function decoded(packed) {
  if (!packed?.bdata) return packed;
  const flat = new TYPES[packed.dtype](Uint8Array.from(atob(packed.bdata), (c) => c.charCodeAt(0)).buffer);
  const [rows, columns] = String(packed.shape ?? flat.length).split(",").map(Number);
  if (!columns) return flat;
  return Array.from({ length: rows }, (_, i) => flat.subarray(i * columns, (i + 1) * columns));
}

export default function ({ data }) {
  const text = new TextDecoder().decode(data);
  const cut = text.indexOf("\n");
  const { key, kept } = JSON.parse(text.slice(0, cut));
  window.vectorscopeKept ??= {};
  if (window.vectorscopeKept[key]?.kept === kept) return;
  const packed = JSON.parse(text.slice(cut + 1)); // for saved files
  const parts = Object.fromEntries(Object.entries(packed).map(([name, value]) => [name, decoded(value)]));
  window.vectorscopeKept[key] = { kept, packed, parts };
  window.dispatchEvent(new CustomEvent("vectorscope-kept"));
}
