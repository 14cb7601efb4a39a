// Keys: what each does, and that none does anything while somebody writes. Whoever uses the keyboard by voice or by chance turns the single letters off in the help (WCAG 2.1.4);
// the palette has a chord of its own, which stays.
import { at } from "./base.js";

const off = "skyline-keys-off";
let first = "", firstAt = 0;

const writes = target => target.isContentEditable || target.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [role=textbox], [role=combobox], [role=listbox], [role=slider], [role=grid]");
const letters = () => localStorage.getItem(off) === null;
const help = () => document.getElementById("key-help");

/** The places that letters lead to after g, as the help lists them: one list for the eye and for the hand. */
const place = letter => help()?.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.getAttribute("href");

/** Lists that j and k move in: the first link of each row or entry of the page's own. */
function entries() {
  const rows = [...document.querySelectorAll("main tbody tr, main [data-list] > *")].filter(row => row.checkVisibility());
  return rows.map(row => row.querySelector("a[href], button:not([disabled])")).filter(Boolean);
}

function move(by) {
  const all = entries();
  if (all.length === 0) return false;
  const now = all.findIndex(one => one === document.activeElement || one.closest("tr, [data-list] > *")?.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

/** Where a list becomes live its rows are drawn anew: whoever was on a link of it stays on it. */
let held = null;
document.addEventListener("focusin", event => {
  held = event.target.matches?.("main a[href]") ? { link: event.target, address: location.href } : null;
});
new MutationObserver(() => {
  if (!held || held.link.isConnected || document.activeElement !== document.body) return;
  const { link, address } = held;
  held = null;
  if (address !== location.href) return;
  [...document.querySelectorAll("main a[href]")].find(one => one.getAttribute("href") === link.getAttribute("href") && one.textContent === link.textContent)?.focus();
}).observe(document.body, { childList: true, subtree: true });

function openHelp() {
  const dialog = help();
  if (!dialog || dialog.open) return;
  const box = dialog.querySelector("[data-keys-off]");
  if (box) box.checked = !letters();
  dialog.showModal();
}

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("skyline:find"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target) || document.querySelector("dialog[open]") || !letters()) return;
  if (act(event.key, event.timeStamp)) event.preventDefault();
});

function act(key, at) {
  const [before, since] = [first, at - firstAt];
  first = "";
  if (before === "g" && since < 1500) {
    const path = place(key);
    if (path) go(path);
    return Boolean(path);
  }
  switch (key) {
    case "g": [first, firstAt] = ["g", at]; return true;
    case "/": document.dispatchEvent(new CustomEvent("skyline:find")); return true;
    case "?": openHelp(); return true;
    case "j": return move(1);
    case "k": return move(-1);
    default: return false;
  }
}

/** As a click would: by enhanced navigation where there is such. */
export function go(path) {
  path = at(path);
  if (window.Blazor?.navigateTo) Blazor.navigateTo(path);
  else location.assign(path);
}

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-open-keys]")) openHelp();
  else if (event.target.closest?.("[data-close]")) event.target.closest("dialog")?.close();
  else if (event.target.closest?.("#key-help a[data-go]")) help().close();
});

document.addEventListener("change", event => {
  if (!event.target.matches?.("[data-keys-off]")) return;
  if (event.target.checked) localStorage.setItem(off, "1");
  else localStorage.removeItem(off);
});
