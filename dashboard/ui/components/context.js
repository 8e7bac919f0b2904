// Completion in boxes that take words, and a list, kept by this browser alone, of what it opened.
import { jsonOf } from "./bytes.js";
import { furnish } from "./furnish.js";
import style from "./recent.css";
import markup from "./recent.html";
import { settingOf } from "./streamlit_dom.js";

/** @import { Call } from "./types" */
/** @typedef {{ label: string, title: string, href: string }} Opened */

const LIST = "vs-completion";
const OFFERED = 8;
const KEPT = 4; // places in the list of what was opened
const STORE = "vectorscope-opened";
const SETTLED_MS = 1500; // after which the address holds what a hand has changed since
const TYPED = /[^\s+\-−*·(),，、;；]*$/;
/** @type {string[]} */
let words = [];
/** @type {Set<string>} */
let boxes = new Set();
let timer = 0;
let listens = false;
let types = false; // somebody types: what sets a box's value otherwise needs no list

/** @param {Call} call */
export default function ({ data, parentElement }) {
  const { known, names, label, title, heading } = jsonOf(data);
  if (heading) {
    show(parentElement, heading);
    return;
  }
  [words, boxes] = [known, new Set(names)];
  if (!listens) {
    listens = true;
    document.addEventListener("keydown", ({ key }) => (types = key.length === 1 || key === "Process"));
    document.addEventListener("input", offer);
    document.addEventListener("focusout", ({ target }) => leave(target));
  }
  window.clearTimeout(timer);
  if (!label) return;
  const { pathname } = window.location;
  const note = () => window.location.pathname === pathname && remember(label, title);
  window.setTimeout(note); // the page may be left before it has settled
  timer = window.setTimeout(note, SETTLED_MS);
}

/** Offer words that go on from what is typed last in the box. @param {Event} event */
function offer(event) {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "text") return;
  const name = settingOf(box);
  if (!types || !name || !boxes.has(name)) return;
  const before = box.value.replace(TYPED, "");
  const typed = box.value.slice(before.length).toLowerCase();
  const fits = typed ? words.filter((word) => word.startsWith(typed) && word !== typed).slice(0, OFFERED) : [];
  const list = document.getElementById(LIST) || document.body.appendChild(document.createElement("datalist"));
  list.id = LIST;
  list.replaceChildren(...fits.map((word) => new Option("", before + word)));
  box.setAttribute("list", LIST);
}

/** @param {EventTarget | null} box */
function leave(box) {
  if (box instanceof HTMLInputElement && box.getAttribute("list") === LIST) box.removeAttribute("list");
}

/** @param {string} label @param {string} title */
function remember(label, title) {
  const { pathname, search } = window.location;
  const others = opened().filter((entry) => entry.label !== label);
  const entries = [{ label, title, href: pathname + search }, ...others].slice(0, KEPT);
  try {
    window.localStorage.setItem(STORE, JSON.stringify(entries));
  } catch {
    // a browser that keeps nothing
  }
}

/** @returns {Opened[]} */
function opened() {
  try {
    const entries = JSON.parse(window.localStorage.getItem(STORE) || "[]");
    return entries.filter((/** @type {Opened} */ { label, title, href }) => label && title && /^\/(?!\/)/.test(href));
  } catch {
    return [];
  }
}

/** @param {HTMLElement | ShadowRoot} parent @param {string} heading */
function show(parent, heading) {
  const place = furnish(parent, markup, style);
  const entries = opened();
  place.hidden = !entries.length;
  const name = document.createElement("b");
  name.textContent = heading;
  const links = entries.map(({ label, title, href }) => {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = `${title} · ${label}`;
    return link;
  });
  place.replaceChildren(name, ...links);
}
