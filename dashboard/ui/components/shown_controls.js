// Which of a page's controls a step leaves on the stage, as rules of style.
import { PARTS } from "./streamlit_dom.js";

const PRESENTING = "html:not(.vs-all-controls)";
const PANEL = ".st-key-panel";
const STRIP = '[class*="st-key-strip-"]'; // a path's scopes, side by side

/** @param {{ show: string[], scopes: string[], tab: boolean }} step what it names */
export function onlyShown({ show, scopes, tab }) {
  const kept = anyOf(show.flatMap((name) => [`setting-${name}`, `setting-${name}-slider`]));
  const hidden = [
    `[class*="st-key-setting-"]:not(${kept})`,
    `${PANEL} ${PARTS.element}:not(${kept}):not(${kept} *)`,
    `${PANEL} > ${PARTS.wrapper}:not(:has(${kept}))`,
    `${PARTS.expander}:not(:has(${kept})):not(:has(.vs-figure))`,
    `.st-key-knobs ${PARTS.column}:not(:has(${kept}))`,
    `.st-key-picture-knob:not(:has(${kept}))`,
    `.st-key-context ${PARTS.popover}`, ".st-key-record", ".vs-figure-save", ".modebar-container",
  ];
  if (!show.length) hidden.push(`${PARTS.column}:has(${PANEL})`);
  if (!tab) hidden.push(`${PARTS.tabs}:not(:has(.vs-figure))`);
  if (scopes.length) hidden.push(...besides(scopes));
  return hidden.map((rule) => `${PRESENTING} ${rule} { display: none !important; }`).join("\n");
}

/** What a path shows besides these scopes. @param {string[]} scopes */
function besides(scopes) {
  const kept = anyOf(scopes.flatMap((name) => [`scope-${name}`, `scope-${name}-last`]));
  return [
    `${STRIP} ${PARTS.column}:not(:has(${kept}))`, `${STRIP}:not(:has(${kept}))`, '[class*="st-key-scope-"]::after',
    '[class*="st-key-open-"]', ".vs-way", ".vs-caption", `.stApp:not(:has(.st-key-strip-word ${kept})) .vs-answer`,
  ];
}

/** A selector of the elements with one of these keys. @param {string[]} keys */
function anyOf(keys) {
  return `:is(${keys.map((key) => `.st-key-${CSS.escape(key)}`).join(", ") || ".vs-none"})`;
}
