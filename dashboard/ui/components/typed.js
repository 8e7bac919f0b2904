// Arrays as plotly.py packs them (base64), read once: plotly.js would do so at every draw.
const TYPES = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

/**
 * A vector becomes one typed array, a matrix a list of its rows; what is not packed stays.
 * @param {any} packed
 */
export function decoded(packed) {
  if (!packed?.bdata) return packed;
  const text = atob(packed.bdata);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const flat = new TYPES[/** @type {keyof typeof TYPES} */ (packed.dtype)](bytes.buffer);
  const [rows, columns] = String(packed.shape ?? flat.length).split(",").map(Number);
  if (!columns) return flat;
  return Array.from({ length: rows }, (_, i) => flat.subarray(i * columns, (i + 1) * columns));
}
