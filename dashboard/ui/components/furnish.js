// Markup and style of a component. Streamlit would send both again with every change of it.

/**
 * Puts them in place, once; a component's function runs again at each change.
 * @param {HTMLElement | ShadowRoot} parent
 * @param {string} markup one element
 * @param {string} style
 * @returns {HTMLElement} the element
 */
export function furnish(parent, markup, style) {
  const present = parent.querySelector(".vs-component");
  const place = present ?? Object.assign(document.createElement("div"), { className: "vs-component" });
  if (!present) {
    place.innerHTML = `<style>${style}</style>${markup}`;
    parent.append(place);
  }
  return /** @type {HTMLElement} */ (place.lastElementChild);
}
