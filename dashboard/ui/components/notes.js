// What the presenter wants to say, in a window of its own, which the audience need not see. It
// follows the stage, and its arrow keys turn the stage's steps.

/** @typedef {Pick<import("./stage.js").Step, "tour" | "number" | "total" | "title" | "notes" | "following" | "names">} Shown */

const NAME = "vectorscope-notes";
const STYLE = `:root { color-scheme: light dark; } body { font: 1.35rem/1.5 system-ui, sans-serif; margin: 2rem; }
h1 { font-size: 1.5rem; } p { margin: 0 0 1rem; } .aside { opacity: 0.75; font-size: 1rem; }`;
/** @type {Window | null} */
let notes = null;
/** @type {((event: KeyboardEvent) => void) | null} */
let turning = null;

/**
 * Shows the notes of a step where their window is open, or opens it.
 * @param {Shown} step
 * @param {(event: KeyboardEvent) => void} turnByKey
 * @param {boolean} open
 */
export function showNotes(step, turnByKey, open) {
  if (open && (!notes || notes.closed)) notes = window.open("", NAME, "popup,width=560,height=520");
  if (!notes || notes.closed) return;
  if (turning) notes.removeEventListener("keydown", turning);
  turning = turnByKey;
  notes.addEventListener("keydown", turning);
  const page = notes.document;
  page.head.replaceChildren(Object.assign(page.createElement("style"), { textContent: STYLE }));
  page.title = `${step.number} / ${step.total} · ${step.tour}`;
  const following = step.following && `${step.names["next step"]}: ${step.following}`;
  const parts = [["p", page.title, "aside"], ["h1", step.title, ""], ["p", step.notes || "–", ""], ["p", following, "aside"]];
  page.body.replaceChildren(...parts.map(([kind, textContent, className]) =>
    Object.assign(page.createElement(kind), { textContent, className })));
  if (open) notes.focus();
}
