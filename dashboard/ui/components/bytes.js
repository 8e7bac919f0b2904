// What Python sends as bytes: JSON, or a line of JSON and a text.

/** @param {Uint8Array} data */
export function textOf(data) {
  return new TextDecoder().decode(data);
}

/** @param {Uint8Array} data @returns {any} */
export function jsonOf(data) {
  return JSON.parse(textOf(data));
}

/** @param {Uint8Array} data @returns {[any, string]} */
export function lineAndText(data) {
  const text = textOf(data);
  const end = text.indexOf("\n");
  return [JSON.parse(text.slice(0, end)), text.slice(end + 1)];
}
