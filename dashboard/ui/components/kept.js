// Receives a part of a figure: a line that names it, and the part, if it is new.
import { lineAndText } from "./bytes.js";
import { arrivals, kept } from "./kept_parts.js";
import { decoded } from "./typed.js";

/** @import { Call, Json } from "./types" */

/** @param {Call} call */
export default function ({ data }) {
  const [{ key, part, name }, text] = lineAndText(data);
  const parts = kept.get(key) ?? [];
  kept.set(key, parts);
  if (!text || parts[part]?.name === name) return; // it is here already
  const packed = JSON.parse(text);
  const { marker, ...rest } = packed;
  parts[part] = { name, packed, parts: { ...opened(rest), ...(marker && { marker: opened(marker) }) } };
  arrivals.tell(key);
}

/** @param {Json} values */
function opened(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decoded(value)]));
}
