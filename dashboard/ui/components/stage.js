// The words of a step, all of them as text, and the ways to the next: links, and arrow keys
// where no control has them. A turn goes to Python, which moves within the session: no reload.
import { furnish } from "./furnish.js";
import style from "./stage.css";
import markup from "./stage.html";

/** @import { Call } from "./types" */
/** @typedef {"previous" | "next" | "leave"} Way */
/**
 * @typedef {object} Step what stage.py sends
 * @property {string} tour
 * @property {number} number
 * @property {number} total
 * @property {string} title
 * @property {string[]} text
 * @property {string} question
 * @property {string} answer
 * @property {Partial<Record<Way, string>>} links
 * @property {Record<Way, string>} names
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
  const turnByKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const inner = document.activeElement?.shadowRoot?.activeElement ?? event.target;
    if (inner instanceof Element && inner.closest(TAKES_KEYS)) return;
    if (event.key === "ArrowRight" && links.next) turn(number + 1);
    if (event.key === "ArrowLeft" && links.previous) turn(number - 1);
    if (event.key === "Escape") turn(0);
  };
  window.addEventListener("keydown", turnByKey);
  return () => window.removeEventListener("keydown", turnByKey);
}

/** @param {HTMLElement} root @param {string} selector */
function find(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/** @param {HTMLElement} root @param {Step} step */
function showText(root, { tour, number, total, title, text, question, answer }) {
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
