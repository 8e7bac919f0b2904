// The words of a step, all of them as text, and the ways to the next: links, and arrow keys
// where no control has them. A turn goes to Python, which moves within the session: no reload.
// Of the page's controls those that the step speaks of are shown, the others at a key; what the
// presenter wants to say stands in a window of its own.
import { furnish } from "./furnish.js";
import { showNotes } from "./notes.js";
import { onlyShown } from "./shown_controls.js";
import style from "./stage.css";
import markup from "./stage.html";
import { clearStage, putOnStage } from "./staging.js";
import { goOnSaving, isSaving, saveTour, stopSaving } from "./tour_file.js";

/** @import { Call } from "./types" */
/** @import { Pointer } from "./staging.js" */
/** @typedef {"previous" | "next" | "leave"} Way */
/** @typedef {"controls" | "notes" | "save"} Act */
/**
 * @typedef {object} Step what stage.py sends
 * @property {string} id of the tour, as in links
 * @property {string} tour
 * @property {number} number
 * @property {number} total
 * @property {string} title
 * @property {string[]} text
 * @property {string} question
 * @property {string} answer
 * @property {Pointer | null} point
 * @property {string[]} show settings whose controls stay
 * @property {string[]} scopes those that stay; all, if none is named
 * @property {boolean} tab whether the step speaks of a tab
 * @property {string} notes
 * @property {string} following the title of the next step
 * @property {Partial<Record<Way, string>>} links
 * @property {Record<Way | Act | "seek" | "saving" | "next step", string>} names
 */

const TAKES_KEYS =
  "input, textarea, select, [contenteditable], [role=slider], [role=radiogroup], [role=tablist], [role=listbox]";

/** @param {Call<Step>} call */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = furnish(parentElement, markup, style);
  const { number, links } = data;
  showText(root, data);
  const turn = (/** @type {number} */ to) => setTriggerValue("turn", { from: number, to });
  showLinks(root, data, turn);
  showSeeking(root, data);
  putOnStage(data.point);
  const turnByKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const inner = document.activeElement?.shadowRoot?.activeElement ?? event.target;
    if (inner instanceof Element && inner.closest(TAKES_KEYS)) return;
    if (event.key === "ArrowRight" && links.next) turn(number + 1);
    if (event.key === "ArrowLeft" && links.previous) turn(number - 1);
    if (event.key === "Escape") turn(0);
    if (event.key === "c") acts.controls();
    if (event.key === "n") acts.notes();
  };
  const acts = {
    controls: () => document.documentElement.classList.toggle("vs-all-controls"),
    notes: () => showNotes(data, turnByKey, true),
    save: () => {
      saveTour(data, turn);
      showSaving(root, data);
    },
  };
  for (const act of /** @type {Act[]} */ (["controls", "notes", "save"])) {
    const button = /** @type {HTMLButtonElement} */ (find(root, `.${act}`));
    button.textContent = data.names[act];
    button.onclick = acts[act];
  }
  showNotes(data, turnByKey, false);
  goOnSaving(data, turn);
  showSaving(root, data);
  window.addEventListener("keydown", turnByKey);
  return () => {
    window.removeEventListener("keydown", turnByKey);
    if (root.isConnected) return;
    clearStage();
    stopSaving();
  };
}

/** @param {HTMLElement} root @param {string} selector */
function find(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/** @param {HTMLElement} root @param {Step} step */
function showText(root, { tour, number, total, title, text, question, answer, show, scopes, tab }) {
  find(root, "style").textContent = onlyShown({ show, scopes, tab });
  find(root, ".tour").textContent = tour;
  find(root, "h1").textContent = title;
  find(root, ".said").replaceChildren(
    ...text.map((paragraph) => Object.assign(document.createElement("p"), { textContent: paragraph })),
  );
  const details = /** @type {HTMLDetailsElement} */ (find(root, "details"));
  const step = `${tour} ${number}`;
  if (root.dataset.step !== step) details.open = false;
  root.dataset.step = step;
  details.hidden = !question;
  find(root, "summary").textContent = question;
  find(root, "details p").textContent = answer;
  find(root, ".place").textContent = `${number} / ${total}`;
}

/** A button to what the step points at, which may be far below. @param {HTMLElement} root @param {Step} step */
function showSeeking(root, { point, names }) {
  const button = /** @type {HTMLButtonElement} */ (find(root, ".seek"));
  button.hidden = !point;
  button.textContent = names.seek;
  button.onclick = () => document.querySelector("[data-pointed]")?.scrollIntoView({ block: "center" });
}

/** @param {HTMLElement} root @param {Step} step */
function showSaving(root, { names }) {
  const button = /** @type {HTMLButtonElement} */ (find(root, ".save"));
  button.disabled = isSaving();
  button.textContent = isSaving() ? names.saving : names.save;
}

/** @param {HTMLElement} root @param {Step} step @param {(to: number) => void} turn */
function showLinks(root, { number, links, names }, turn) {
  /** @type {[Way, number][]} */
  const ways = [["previous", number - 1], ["next", number + 1], ["leave", 0]];
  for (const [way, to] of ways) {
    const link = /** @type {HTMLAnchorElement} */ (find(root, `.${way}`));
    link.textContent = names[way];
    link.href = links[way] ?? "";
    link.setAttribute("aria-disabled", String(!links[way]));
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      turn(to);
    };
  }
}
