// Where the thumbs of the live sliders are, also before Python has heard of it.
import { channel } from "./channel.js";

/** Values by the slider's key. @type {Map<string, number | null>} */
const values = new Map();

/** Tells the key of each slider that was moved. @type {ReturnType<typeof channel<string>>} */
export const moves = channel();

/** The value under the thumb, if that is a number. @param {string} key */
export function thumbOf(key) {
  return values.get(key) ?? undefined;
}

/** @param {string} key @param {number | null} value */
export function moveThumb(key, value) {
  values.set(key, value);
  moves.tell(key);
}
