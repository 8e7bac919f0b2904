// The page's address on the clipboard, and its figures as files. All of it happens in the
// browser, when it is asked for: a page that nobody shares does nothing for it.

const SAID_FOR = 2500; // ms that “Copied” stands

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".vs-share");
  const find = (selector) => root.querySelector(selector);
  const words = JSON.parse(new TextDecoder().decode(data));
  const [copy, open, panel] = [find(".copy"), find(".open"), find(".panel")];
  copy.textContent = words.copy;
  open.textContent = words.save;
  find("label").textContent = words.link;
  find(".figures").textContent = words.figures;
  find(".page").textContent = words.page;
  find(".more").textContent = words.code;
  panel.setAttribute("aria-label", words.save);
  copy.onclick = () => copyLink(root, words);
  open.onclick = () => panel.togglePopover({ source: open });
  panel.onbeforetoggle = ({ newState }) => newState === "open" && fill(root, words);
  panel.ontoggle = ({ newState }) => {
    open.setAttribute("aria-expanded", String(newState === "open"));
    if (newState === "open") place(panel, open);
  };
  find(".page").onclick = () => {
    const views = shown();
    views[0]?.save("html", views, window.location.pathname.split("/").at(-1) || "signal-path");
  };
}

async function copyLink(root, words) {
  const [copy, said, panel, hint] = [".copy", ".said", ".panel", ".hint"].map((s) => root.querySelector(s));
  const link = window.location.href;
  let done = true;
  try {
    await navigator.clipboard.writeText(link); // refused over http, and where a browser was told to
  } catch {
    fill(root, words);
    if (!panel.matches(":popover-open")) panel.showPopover();
    const field = root.querySelector("input");
    field.focus();
    field.select();
    done = document.execCommand("copy");
    if (done) panel.hidePopover();
  }
  hint.hidden = done;
  hint.textContent = words.refused;
  said.textContent = done ? words.copied : words.refused;
  if (!done) return;
  copy.textContent = words.copied;
  copy.dataset.done = "";
  clearTimeout(copy.timer);
  copy.timer = setTimeout(() => {
    delete copy.dataset.done;
    copy.textContent = words.copy;
    said.textContent = "";
  }, SAID_FOR);
}

// The figures that are drawn; those in closed tabs are not.
function shown() {
  const views = [...document.querySelectorAll(".vs-figure")].map((host) => host.view);
  return views.filter((view) => view?.gd._fullLayout && view.gd.clientWidth);
}

function fill(root, words) {
  root.querySelector("input").value = window.location.href;
  root.querySelector(".hint").hidden = true;
  const views = shown();
  for (const part of [".figures", "table", ".page"]) root.querySelector(part).hidden = !views.length;
  root.querySelector("table").replaceChildren(...views.map((view) => {
    const row = document.createElement("tr");
    const { title } = view.told();
    row.insertCell().textContent = title;
    const cell = row.insertCell();
    for (const format of ["png", "svg", "html"]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: format.toUpperCase() });
      button.setAttribute("aria-label", `${format.toUpperCase()}: ${title}`);
      button.onclick = () => view.save(format);
      cell.append(button);
    }
    return row;
  }));
}

// Below its button, inside the window.
function place(panel, open) {
  const box = open.getBoundingClientRect();
  const left = Math.min(Math.max(box.right - panel.offsetWidth, 8), window.innerWidth - panel.offsetWidth - 8);
  Object.assign(panel.style, { left: `${left}px`, top: `${box.bottom + 6}px` });
}
