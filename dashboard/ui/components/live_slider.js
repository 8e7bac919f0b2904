// A range input that reports while it is dragged. Python owns the list of stops and sends
// their labels; the browser only moves an index along it.
//
// At most one value is in flight. Each carries a number, `turn`, which Python echoes; until
// that echo arrives and the run that answers it has ended, newer positions only overwrite
// each other. (Sending earlier would stop that run before it has drawn its picture, so that
// during a drag no picture would ever be finished.)
const NO_ECHO_MS = 900; // nothing heard: send the newest anyway (a busy server needs its time)
const LONG_RUN_MS = 1500; // heard, but the run goes on: likewise
const LOST_MS = 2500; // still not heard: runs that overtake each other can lose a report

export default function ({ data, parentElement, setTriggerValue }) {
  data = JSON.parse(new TextDecoder().decode(data));
  const root = parentElement.querySelector(".slider");
  const slider = (root.slider ??= mount(root, data)); // this function runs again at each echo
  slider.send = (move) => setTriggerValue("moved", move);
  dress(slider, data);
  hear(slider, data);
  return () => root.isConnected || slider.remove();
}

function mount(root, { turn }) {
  const input = root.querySelector("input");
  const slider = { root, input, sent: turn, heard: turn, waiting: false, echoed: true, held: false };
  const app = document.querySelector("[data-test-script-state]"); // "running", "notRunning"
  const idle = () => !app || app.dataset.testScriptState === "notRunning";
  slider.flush = () => {
    clearTimeout(slider.timer);
    const age = performance.now() - (slider.sentAt ?? -Infinity);
    const limit = slider.echoed ? LONG_RUN_MS : NO_ECHO_MS;
    const free = (slider.echoed && idle()) || age >= limit;
    if (!slider.waiting) return;
    if (!free) {
      slider.timer = setTimeout(slider.flush, limit - age + 1);
      return;
    }
    Object.assign(slider, { waiting: false, echoed: false, sentAt: performance.now() });
    slider.sentHeld = slider.held;
    slider.send({ index: input.valueAsNumber, turn: ++slider.sent, held: slider.held });
    clearTimeout(slider.again);
    slider.again = setTimeout(() => {
      slider.waiting = true;
      slider.flush();
    }, LOST_MS);
  };
  // Whether a hand is on the thumb: what is only passed through is not worth an entry in the
  // browser's history.
  input.onpointerdown = () => (slider.held = true);
  input.onchange = input.onpointerup = input.onpointercancel = () => {
    slider.held = false;
    if (!slider.sentHeld) return;
    slider.waiting = true; // say that the position of the last report is final
    slider.flush();
  };
  input.oninput = () => {
    show(slider);
    slider.waiting = true;
    slider.flush();
  };
  input.onkeydown = (event) => {
    // A tenth of the range per page, on every browser; the other keys are the browser's own.
    const sign = { PageUp: 1, PageDown: -1 }[event.key];
    if (!sign) return;
    event.preventDefault();
    input.valueAsNumber += sign * Math.max(1, Math.round(input.max / 10));
    input.oninput();
  };
  const observer = new MutationObserver(slider.flush);
  if (app) observer.observe(app, { attributeFilter: ["data-test-script-state"] });
  slider.remove = () => {
    observer.disconnect();
    clearTimeout(slider.timer);
    clearTimeout(slider.again);
  };
  return slider;
}

function dress(slider, { name, values, label, labels, help, helpName }) {
  const { root, input } = slider;
  Object.assign(slider, { name, values, labels });
  root.querySelector("label").textContent = label;
  const tip = root.querySelector("#tip");
  tip.textContent = help;
  tip.parentElement.hidden = !help;
  tip.parentElement.setAttribute("aria-label", helpName);
  input.setAttribute("aria-label", label);
  if (help) input.setAttribute("aria-description", help);
  input.max = labels.length - 1;
  const [low, high] = root.querySelectorAll(".ends span");
  [low.textContent, high.textContent] = [labels[0], labels.at(-1)];
}

function hear(slider, { index, turn }) {
  const { input, sent, heard, waiting } = slider;
  const restarted = turn < heard; // a new session behind the same page
  if (restarted) slider.sent = turn;
  slider.heard = turn;
  const newest = restarted || turn === sent; // else: the echo of an older position
  if (newest) {
    slider.echoed = true;
    clearTimeout(slider.again);
  }
  if (newest && !waiting) input.valueAsNumber = index; // also when Python moved it
  show(slider);
  slider.flush();
}

function show({ root, input, name, values, labels }) {
  // Markers in figures go with the thumb at once; see figure.js.
  (window.vectorscopeSliders ??= {})[name] = values[input.valueAsNumber];
  window.dispatchEvent(new CustomEvent("vectorscope-slider", { detail: name }));
  const text = labels[input.valueAsNumber];
  root.querySelector("output").textContent = text;
  input.setAttribute("aria-valuetext", text);
  input.style.setProperty("--filled", `${(100 * input.value) / Math.max(1, input.max)}%`);
}
