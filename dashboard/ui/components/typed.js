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

const CHUNK = 0x8000; // values that a function takes at once
const NAMES = new Map(Object.entries(TYPES).map(([dtype, type]) => [/** @type {Function} */ (type), dtype]));

/** The same of a vector, the other way. @param {Float32Array | Int32Array} values */
export function encoded(values) {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return { dtype: NAMES.get(values.constructor), bdata: btoa(text) };
}
