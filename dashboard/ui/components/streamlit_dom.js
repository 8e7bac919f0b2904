// The only place that knows how Streamlit names the elements of a page: a new version may
// change that without a word. tests/browser/test_inner_names.py compares each function with
// what is on the screen.

const APP = "[data-test-script-state]"; // "running", "notRunning", and a few more
const COLUMNS = '[data-testid="stHorizontalBlock"]';

/** Selectors of a page's parts. */
export const PARTS = {
  app: ".stApp", heading: ".stMarkdown h2",
  column: '[data-testid="stColumn"]', element: '[data-testid="stElementContainer"]',
  wrapper: '[data-testid="stLayoutWrapper"]', expander: '[data-testid="stExpander"]',
  expanderTitle: 'summary [data-testid="stMarkdownContainer"]',
  popover: '[data-testid="stPopover"]', tabs: '[data-testid="stTabs"]',
};

/** A selector of the container with a key. @param {string} key */
export function keyed(key) {
  return `.st-key-${CSS.escape(key)}`;
}

/** A selector of the containers whose keys start so. @param {string} prefix */
export function keyedFrom(prefix) {
  return `[class*="st-key-${prefix}"]`;
}

/** Whether the page's script has ended; true where nothing tells. */
export function isIdle() {
  const app = /** @type {HTMLElement | null} */ (document.querySelector(APP));
  return !app || app.dataset.testScriptState === "notRunning";
}

/** Whether something on the page is still being computed. */
export function isWaiting() {
  return !isIdle() || document.querySelector('[data-testid="stProgress"], [data-testid="stSkeleton"]') !== null;
}

/** Calls at each start and end of the script; returns what ends that. @param {() => void} listener */
export function onScriptChange(listener) {
  const app = document.querySelector(APP);
  const observer = new MutationObserver(listener);
  if (app) observer.observe(app, { attributeFilter: ["data-test-script-state"] });
  return () => observer.disconnect();
}

/** The row of columns that an element stands in, if any. @param {Element} element */
export function columnsAround(element) {
  return element.closest(COLUMNS);
}

/** The container around an element whose key starts so, if any. @param {Element} element @param {string} prefix */
export function containerOf(element, prefix) {
  return element.closest(keyedFrom(prefix));
}

/**
 * A value of the theme as it is now, light or dark, such as "text-color".
 * @param {CSSStyleDeclaration} style of an element inside a component
 * @param {string} name
 */
export function themeValue(style, name) {
  return style.getPropertyValue(`--st-${name}`).trim();
}

/** The setting whose box this is, by its name, in any language; "" for none. @param {Element} box */
export function settingOf(box) {
  const owner = box.closest('[class*="st-key-setting-"]');
  return (owner && /st-key-setting-(\w+)/.exec(owner.className)?.[1]) || "";
}
