// What the step on the stage asks of the figures of its page: larger type, and an arrow.
import { channel } from "./channel.js";

/** @import { Json } from "./types" */
/** @typedef {{ names: string[], figure: string }} Pointer */

const OF_PAGE = 15; // px of the page's own type: baseFontSize of .streamlit/config.toml
const LARGER = 1.1; // a figure's type on the stage, beside that of its words

/** What is on the stage: `zoom` of a figure's type, 1 away from it; `point`, if at anything. */
export const staged = { zoom: 1, point: /** @type {Pointer | null} */ (null) };

/** Tells figures that another step is on the stage, or none.
 * @type {ReturnType<typeof channel<null>>} */
export const turns = channel();

/** @param {Pointer | null} point */
export function putOnStage(point) {
  const type = parseFloat(getComputedStyle(document.documentElement).fontSize);
  staged.zoom = (LARGER * type) / OF_PAGE;
  if (JSON.stringify(point) !== JSON.stringify(staged.point)) staged.point = point; // else the same one, sent again
  turns.tell(null);
}

/** Whether the words of a step stand beside the page, as stage.css has it, not above it. */
export function isBeside() {
  return matchMedia("(min-width: 1200px)").matches;
}

/** No step is shown any more. */
export function clearStage() {
  Object.assign(staged, { zoom: 1, point: null });
  turns.tell(null);
}

/**
 * Enlarges the type in a part of a figure, and the room left for it. Pages that work offline hold
 * the text of this function: it uses nothing around it.
 * @param {Json} part
 * @param {number} zoom
 */
export function enlarge(part, zoom) {
  if (zoom === 1) return;
  for (const [name, value] of Object.entries(part)) {
    if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) continue;
    if (name.endsWith("font") && value.size) {
      value.size = Array.isArray(value.size) ? value.size.map((/** @type {number} */ px) => px * zoom) : value.size * zoom;
    }
    if (name === "margin") for (const side of ["l", "r", "t", "b"]) if (value[side]) value[side] *= zoom;
    if (!Array.isArray(value) || typeof value[0] === "object") enlarge(value, zoom);
  }
}
