// The palette: a name, or a part of one, leads anywhere. A dialog with a combobox after the ARIA pattern; what it finds comes from the server, which knows what
// the reader may see. Without this file the same form leads to the page /find.
import { at } from "./base.js";
import { go } from "./keys.js";

let asked = 0, timer, waiting;

const dialog = () => document.getElementById("palette");
const field = () => dialog().querySelector("[role=combobox]");
const list = () => dialog().querySelector("[role=listbox]");
const options = () => [...list().querySelectorAll("[role=option]")];

function open() {
  const palette = dialog();
  if (!palette || palette.open) return;
  field().value = "";
  palette.showModal();
  find();
}

async function find() {
  const [turn, text] = [++asked, field().value];
  waiting?.abort();
  waiting = new AbortController();
  try {
    const answer = await fetch(at(`/find/names?q=${encodeURIComponent(text)}`), { signal: waiting.signal });
    if (turn !== asked) return;
    if (!answer.ok) return say((await answer.json().catch(() => ({}))).detail ?? dialog().dataset.failed);
    show(await answer.json());
  } catch (fault) {
    if (turn === asked && fault.name !== "AbortError") say(dialog().dataset.failed);
  }
}

function show(found) {
  const words = JSON.parse(dialog().dataset.kinds);
  list().replaceChildren(...found.map((one, at) => {
    const option = Object.assign(document.createElement("li"), { id: `found-${at}`, role: "option" });
    option.setAttribute("aria-selected", "false");
    option.dataset.address = one.address;
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: one.name });
    const about = Object.assign(document.createElement("span"), { className: "note", textContent: [words[one.kind] ?? one.kind, one.about].filter(Boolean).join(" · ") });
    option.append(name, " ", about);
    return option;
  }));
  list().hidden = found.length === 0;
  field().setAttribute("aria-expanded", String(found.length > 0));
  say(found.length === 0 ? dialog().dataset.nothing : "");
  choose(found.length > 0 ? 0 : -1);
}

const say = text => (dialog().querySelector("[role=status]").textContent = text);

function choose(at) {
  const all = options();
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  if (at < 0 || !all[at]) return field().removeAttribute("aria-activedescendant");
  field().setAttribute("aria-activedescendant", all[at].id);
  all[at].scrollIntoView({ block: "nearest" });
}

const chosen = () => options().findIndex(option => option.getAttribute("aria-selected") === "true");

/** In a new window as a link would be, where that is asked for. */
function lead(option, apart) {
  if (apart) return window.open(at(option.dataset.address), "_blank", "noopener");
  dialog().close();
  go(option.dataset.address);
}

document.addEventListener("skyline:find", open);

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-open-palette]")) {
    event.preventDefault();
    open();
  } else if (event.target.id === "palette") event.target.close();
  else if (event.target.closest?.("#palette [role=option]")) lead(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey);
});

document.addEventListener("input", event => {
  if (event.target !== dialog()?.querySelector("[role=combobox]")) return;
  clearTimeout(timer);
  timer = setTimeout(find, 120);
});

document.addEventListener("keydown", event => {
  if (!event.target.closest?.("#palette") || event.isComposing) return;
  const [all, at] = [options(), chosen()];
  if (event.key === "Enter" && event.target === field()) {
    event.preventDefault();
    if (all[at]) lead(all[at], event.ctrlKey || event.metaKey);
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && all.length > 0) {
    event.preventDefault();
    choose((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
  }
});
