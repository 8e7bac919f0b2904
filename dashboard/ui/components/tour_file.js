// A tour as one page that plays without network: every step is shown, once, and what it shows is
// kept. Arrow keys turn its steps, as on the stage.
import { allDrawn, drawnFigures } from "./drawn_figures.js";
import { asDocument, codeOf, escaped, placeFor, shownOf } from "./offline.js";
import { offer } from "./saving.js";
import { isWaiting } from "./streamlit_dom.js";

/** @import { Step } from "./stage.js" */
/** @import { Shown } from "./offline.js" */
/** @typedef {{ step: Step, figures: (Shown & { width: number })[] }} Kept */

const LOOK_MS = 250; // between two looks at whether a step is drawn
const STEADY = 4; // looks in a row that find it drawn
const MOST_MS = 90_000; // for one step: then it is kept as it is
const STYLE = `html { font-size: clamp(15px, 1.4vw, 34px); } body { margin: 0; font-size: 1rem; }
section { display: flex; min-height: 100vh; } section[hidden] { display: none; }
.words { flex: 0 0 29vw; box-sizing: border-box; padding: 1.8rem 1.6rem; border-right: 1px solid var(--line); }
h1 { font-size: 1.75rem; line-height: 1.15; margin: 0 0 0.8rem; }
p, details { font-size: 1.2rem; line-height: 1.42; margin: 0 0 0.9rem; }
details { border-left: 3px solid var(--accent); padding-left: 0.9rem; } summary { cursor: pointer; font-weight: 600; }
.words .tour { color: var(--accent); font-size: 0.8rem; font-weight: 600; margin: 0 0 1rem; }
nav { display: flex; gap: 1rem; margin-top: 1.2rem; } nav a { font-weight: 600; text-decoration: none; }
.pictures { flex: 1 1 0; min-width: 0; display: flex; flex-wrap: wrap; align-content: start; gap: 1rem; padding: 1.8rem 1.6rem; }
figure { margin: 0; min-width: 0; } h2 { font-size: 1.1rem; margin: 0 0 0.3rem; } figcaption { font-size: 0.9rem; opacity: 0.85; }
@media (max-width: 899px) { section { display: block; } .words { border: 0; } }`;
const SCRIPT = `
const steps = document.querySelectorAll("section");
const now = () => Math.min(Math.max(Number(location.hash.slice(1)) || 1, 1), steps.length);
function show() {
  steps.forEach((step, i) => { step.hidden = i + 1 !== now(); });
  scrollTo(0, 0);
  draw();
}
addEventListener("hashchange", show);
addEventListener("keydown", ({ key }) => {
  const to = now() + (key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0);
  if (to !== now() && to >= 1 && to <= steps.length) location.hash = to;
});
show();`;

/** The tour that is being saved, its steps so far, and where plotly.js is. @type {{ id: string, steps: Kept[], src: string } | null} */
let saving = null;
let looking = 0;

/** Begins with the first step. @param {Step} step on the stage @param {(to: number) => void} turn */
export function saveTour(step, turn) {
  saving = { id: step.id, steps: [], src: "" };
  if (step.number === 1) goOnSaving(step, turn);
  else turn(1);
}

/** Keeps a step once it is drawn, if its tour is being saved. @param {Step} step @param {(to: number) => void} turn */
export function goOnSaving(step, turn) {
  if (!saving || saving.id !== step.id || saving.steps.length !== step.number - 1) return;
  clearInterval(looking);
  const end = Date.now() + MOST_MS;
  let steady = 0;
  looking = window.setInterval(async () => {
    steady = !isWaiting() && allDrawn() ? steady + 1 : 0;
    if (steady < STEADY && Date.now() < end) return;
    clearInterval(looking);
    if (saving?.id !== step.id) return;
    saving.steps.push(kept(step));
    saving.src ||= drawnFigures()[0]?.options.src ?? "";
    if (step.number < step.total) return turn(step.number + 1);
    const { id, steps, src } = saving;
    saving = null;
    offer(await asFile(steps, src), `${id}.html`);
    turn(1);
  }, LOOK_MS);
}

/** The tour is left. */
export function stopSaving() {
  clearInterval(looking);
  saving = null;
}

/** Whether a tour is being saved. */
export function isSaving() {
  return saving !== null;
}

/** @param {Step} step @returns {Kept} */
function kept(step) {
  const figures = drawnFigures().map((view) => {
    const width = view.gd.clientWidth;
    return { ...shownOf(view, width, view.gd.clientHeight), width };
  });
  return { step, figures };
}

/** @param {Kept[]} steps @param {string} src of plotly.js */
async function asFile(steps, src) {
  const { step: { tour } } = steps[0];
  const figures = steps.flatMap((step) => step.figures);
  const code = src ? await codeOf(src) : "";
  return asDocument({ code, title: tour, style: STYLE, body: sections(steps), figures, script: SCRIPT });
}

/** @param {Kept[]} steps */
function sections(steps) {
  let number = 0; // of the next figure
  return steps.map(({ step, figures }) => {
    const pictures = figures.map((figure) => `<figure style="flex:1 1 ${Math.round(0.9 * figure.width)}px">
<h2>${escaped(figure.title)}</h2>${placeFor(figure, number++)}</figure>`);
    return `<section hidden><div class="words">${words(step)}</div><div class="pictures">${pictures.join("\n")}</div></section>`;
  }).join("\n");
}

/** @param {Step} step */
function words({ tour, title, text, question, answer, number, total, names }) {
  const way = (/** @type {number} */ to, /** @type {string} */ name) =>
    to >= 1 && to <= total ? `<a href="#${to}">${escaped(name)}</a>` : "";
  return `<p class="tour">${escaped(tour)}</p><h1>${escaped(title)}</h1>
${text.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join("")}
${question ? `<details><summary>${escaped(question)}</summary><p>${escaped(answer)}</p></details>` : ""}
<nav>${way(number - 1, names.previous)}<span>${number} / ${total}</span>${way(number + 1, names.next)}</nav>`;
}
