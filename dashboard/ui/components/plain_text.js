/**
 * plotly.js's labels are a little HTML: read by a parser that runs nothing.
 * @param {unknown} label
 */
export function plainText(label) {
  const marked = String(label ?? "").replace(/<br\s*\/?>/gi, " ");
  return (new DOMParser().parseFromString(marked, "text/html").body.textContent ?? "").trim();
}
