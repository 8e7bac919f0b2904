// The stops of a slider and their labels, of which Python sends as little as it can: see
// slider_scale.py.

/**
 * @typedef {object} Scale
 * @property {(number | null)[]} [values]
 * @property {string[]} [labels]
 * @property {[first: number, step: number, number: number, digits: number]} [even] instead of values
 * @property {[before: string, digits: number, after: string]} [fixed] instead of labels
 */

/** @param {Scale} scale @returns {(number | null)[]} */
export function valuesOf({ values = [], even }) {
  if (!even) return values;
  const [first, step, number, digits] = even;
  return Array.from({ length: number }, (_, i) => Number((first + i * step).toFixed(digits)));
}

/** @param {Scale} scale @param {(number | null)[]} values @returns {string[]} */
export function labelsOf({ labels = [], fixed }, values) {
  if (!fixed) return labels;
  const [before, digits, after] = fixed;
  return values.map((value) => `${before}${Number(value).toFixed(digits)}${after}`.replaceAll("-", "−"));
}
