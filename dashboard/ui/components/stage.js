// The words of a step, all of them as text, and the ways to the next: links, and arrow keys
// where no control has them. A turn goes to Python, which moves within the session: no reload.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".vs-stage-text");
  const find = (selector) => root.querySelector(selector);
  const { tour, number, total, title, text, question, answer, links, names } = data;
  find(".tour").textContent = tour;
  find("h1").textContent = title;
  find(".said").replaceChildren(...text.map((said) => Object.assign(document.createElement("p"), { textContent: said })));
  const details = find("details");
  if (root.dataset.step !== `${tour} ${number}`) details.open = false;
  root.dataset.step = `${tour} ${number}`;
  details.hidden = !question;
  find("summary").textContent = question;
  find("details p").textContent = answer;
  find(".place").textContent = `${number} / ${total}`;
  const turn = (to) => setTriggerValue("turn", { from: number, to });
  for (const [name, to] of [["previous", number - 1], ["next", number + 1], ["leave", 0]]) {
    const link = find(`.${name}`);
    link.textContent = names[name];
    link.href = links[name] ?? "";
    link.setAttribute("aria-disabled", String(!links[name]));
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      turn(to);
    };
  }
  const keys = ({ key, target, defaultPrevented, altKey, ctrlKey, metaKey }) => {
    const inner = (document.activeElement?.shadowRoot?.activeElement ?? target);
    if (defaultPrevented || altKey || ctrlKey || metaKey || inner.closest?.("input, textarea, select, [contenteditable], [role=slider], [role=radiogroup], [role=tablist], [role=listbox]")) return;
    if (key === "ArrowRight" && links.next) turn(number + 1);
    if (key === "ArrowLeft" && links.previous) turn(number - 1);
    if (key === "Escape") turn(0);
  };
  window.addEventListener("keydown", keys);
  return () => window.removeEventListener("keydown", keys);
}
