// What a figure's first trace keeps while the rest of the figure changes (see `kept` in
// figure.py): the newest of each part, found by figure and part in window.vectorscopeKept.

export default function ({ data }) {
  const text = new TextDecoder().decode(data);
  const cut = text.indexOf("\n");
  const { key, part, name } = JSON.parse(text.slice(0, cut));
  const parts = ((window.vectorscopeKept ??= {})[key] ??= []);
  if (cut === text.length - 1 || parts[part]?.name === name) return; // it is here already
  const packed = JSON.parse(text.slice(cut + 1)); // for saved files
  const opened = (values) => Object.fromEntries(Object.entries(values).map(([n, value]) => [n, decoded(value)]));
  const { marker, ...rest } = packed;
  parts[part] = { name, packed, parts: { ...opened(rest), ...(marker && { marker: opened(marker) }) } };
  window.dispatchEvent(new CustomEvent("vectorscope-kept"));
}
