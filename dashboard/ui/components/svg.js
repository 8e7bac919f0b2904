// Elements of SVG.

export const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | undefined>} Attributes */

/**
 * @template {keyof SVGElementTagNameMap} Kind
 * @param {Kind} kind
 * @param {Attributes} [attributes]
 * @returns {SVGElementTagNameMap[Kind]}
 */
export function svg(kind, attributes = {}) {
  const element = document.createElementNS(SVG, kind);
  setAttributes(element, attributes);
  return element;
}

/** @param {Element} element @param {Attributes} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
