// Which of a page's controls a step leaves on the stage, as rules of style.
import { keyed, keyedFrom, PARTS } from "./streamlit_dom.js";

const PRESENTING = "html:not(.vs-all-controls)";
const PANEL = keyed("panel");
const STRIP = keyedFrom("strip-"); // a path's scopes, side by side

/** @param {{ show: string[], scopes: string[], tab: boolean }} step what it names */
export function onlyShown({ show, scopes, tab }) {
  // A slider's key goes on, and so does a list's, which is another in each language.
  const kept = anyOf(show.flatMap((name) => [keyed(`setting-${name}`), keyedFrom(`setting-${name}-`)]));
  const hidden = [
    `${keyedFrom("setting-")}:not(${kept})`,
    `${PANEL} ${PARTS.element}:not(${kept}):not(${kept} *)`,
    `${PANEL} > ${PARTS.wrapper}:not(:has(${kept}))`,
    `${PARTS.expander}:not(:has(${kept})):not(:has(.vs-figure))`,
    `${keyed("knobs")} ${PARTS.column}:not(:has(${kept}))`,
    `${keyed("picture-knob")}:not(:has(${kept}))`,
    `${keyed("context")} ${PARTS.popover}`, keyed("record"), ".vs-figure-save", ".modebar-container",
  ];
  if (!show.length) hidden.push(`${PARTS.column}:has(${PANEL})`);
  if (!tab) hidden.push(`${PARTS.tabs}:not(:has(.vs-figure))`);
  if (scopes.length) hidden.push(...besides(scopes));
  return hidden.map((rule) => `${PRESENTING} ${rule} { display: none !important; }`).join("\n");
}

/** What a path shows besides these scopes. @param {string[]} scopes */
function besides(scopes) {
  const kept = anyOf(scopes.flatMap((name) => [keyed(`scope-${name}`), keyed(`scope-${name}-last`)]));
  return [
    `${STRIP} ${PARTS.column}:not(:has(${kept}))`, `${STRIP}:not(:has(${kept}))`, `${keyedFrom("scope-")}::after`,
    keyedFrom("open-"), ".vs-way", ".vs-caption", `${PARTS.app}:not(:has(${keyed("strip-word")} ${kept})) .vs-answer`,
  ];
}

/** A selector of what one of these selects. @param {string[]} selectors */
function anyOf(selectors) {
  return `:is(${selectors.join(", ") || ".vs-none"})`;
}
