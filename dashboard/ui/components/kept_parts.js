// What a figure's first trace keeps while the rest of the figure changes (see `Kept` in figure.py).
import { channel } from "./channel.js";

/** @import { Json, Options } from "./types" */
/** @typedef {{ name: string, packed: Json, parts: Json }} Part
 * `parts` to be drawn, `packed` to be written into a file. */

/** The newest of each part, by the figure's key and the part's number. @type {Map<string, Part[]>} */
export const kept = new Map();

/** Tells the key of a figure of which a part has come. @type {ReturnType<typeof channel<string>>} */
export const arrivals = channel();

/** The parts there are of a figure. @param {Options} options @returns {Part[]} */
export function keptOf({ key }) {
  return (key !== undefined && kept.get(key)) || [];
}

/** Numbers of the parts that the browser does not have. @param {Options} options */
export function lacking(options) {
  const [names, parts] = [options.kept ?? [], keptOf(options)];
  return [...names.keys()].filter((i) => parts[i]?.name !== names[i]);
}
