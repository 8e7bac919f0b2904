// What a figure's first trace keeps while its colours change (see `kept` in figure.py): the
// newest of each figure, found by the figure in window.vectorscopeKept.

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
