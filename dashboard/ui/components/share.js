// The page's address on the clipboard, and its figures as files. All of it happens in the
// browser, when it is asked for: a page that nobody shares does nothing for it.
import { jsonOf } from "./bytes.js";
import { captionsOf } from "./captions.js";
import { drawnFigures } from "./drawn_figures.js";
import { furnish } from "./furnish.js";
import { save } from "./saving.js";
import style from "./share.css";
import markup from "./share.html";

/** @import { Call, View } from "./types" */
/** @typedef {ReturnType<typeof partsOf>} Parts */
/** @typedef {Record<"copy" | "copied" | "refused" | "save" | "link" | "figures" | "page" | "code", string>} Words */

const COPIED_MS = 2500; // that “Copied” stands
const FORMATS = ["png", "svg", "html"];
let timer = 0;

/** @param {Call} call */
export default function ({ data, parentElement }) {
  const parts = partsOf(furnish(parentElement, markup, style));
  const words = /** @type {Words} */ (jsonOf(data));
  const { copy, open, panel, page } = parts;
  copy.textContent = words.copy;
  open.textContent = words.save;
  parts.name.textContent = words.link;
  parts.figures.textContent = words.figures;
  page.textContent = words.page;
  parts.more.textContent = words.code;
  panel.setAttribute("aria-label", words.save);
  copy.onclick = () => copyLink(parts, words);
  open.onclick = () => panel.togglePopover({ source: open });
  panel.onbeforetoggle = (event) => {
    if (event.newState === "open") fill(parts);
  };
  panel.ontoggle = (event) => {
    const opened = event.newState === "open";
    open.setAttribute("aria-expanded", String(opened));
    if (opened) place(panel, open);
  };
  page.onclick = () => {
    const views = drawnFigures();
    if (views.length) save(views[0], "html", views, window.location.pathname.split("/").pop() || "signal-path");
  };
}

/** @param {HTMLElement} root */
function partsOf(root) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  return {
    copy: find(".copy"),
    open: find(".open"),
    status: find(".said"),
    panel: find(".panel"),
    name: find("label"),
    link: /** @type {HTMLInputElement} */ (find("input")),
    hint: find(".hint"),
    figures: find(".figures"),
    table: /** @type {HTMLTableElement} */ (find("table")),
    page: find(".page"),
    more: find(".more"),
  };
}

/** @param {Parts} parts @param {Words} words */
async function copyLink(parts, words) {
  const { copy, status, panel, link, hint } = parts;
  let done = true;
  try {
    await navigator.clipboard.writeText(window.location.href); // refused over http, and where a browser was told to
  } catch {
    fill(parts);
    if (!panel.matches(":popover-open")) panel.showPopover();
    link.focus();
    link.select();
    done = document.execCommand("copy");
    if (done) panel.hidePopover();
  }
  hint.hidden = done;
  hint.textContent = words.refused;
  status.textContent = done ? words.copied : words.refused;
  if (!done) return;
  copy.textContent = words.copied;
  copy.dataset.done = "";
  clearTimeout(timer);
  timer = setTimeout(() => {
    delete copy.dataset.done;
    copy.textContent = words.copy;
    status.textContent = "";
  }, COPIED_MS);
}

/** @param {Parts} parts */
function fill({ link, hint, figures, table, page }) {
  link.value = window.location.href;
  hint.hidden = true;
  const views = drawnFigures();
  for (const part of [figures, table, page]) part.hidden = !views.length;
  table.replaceChildren(...views.map(rowOf));
}

/** A figure and its buttons. @param {View} view */
function rowOf(view) {
  const row = document.createElement("tr");
  const { title } = captionsOf(view);
  row.insertCell().textContent = title;
  const cell = row.insertCell();
  for (const format of FORMATS) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: format.toUpperCase() });
    button.setAttribute("aria-label", `${format.toUpperCase()}: ${title}`);
    button.onclick = () => save(view, format);
    cell.append(button);
  }
  return row;
}

/** Below its button, inside the window. @param {HTMLElement} panel @param {HTMLElement} open */
function place(panel, open) {
  const box = open.getBoundingClientRect();
  const left = Math.min(Math.max(box.right - panel.offsetWidth, 8), window.innerWidth - panel.offsetWidth - 8);
  Object.assign(panel.style, { left: `${left}px`, top: `${box.bottom + 6}px` });
}
