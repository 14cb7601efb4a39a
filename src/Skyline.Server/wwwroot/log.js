// Logs on pages: panes come and go with enhanced navigation, and are listened to from the document.
import { Pane } from "./log/pane.js";
import { Search } from "./log/search.js";
import { Words } from "./log/words.js";

const panes = new Map();

function open(root) {
  const pane = new Pane(root, new Words(root));
  panes.set(root, pane);
  new Search(pane, root);
  press(root, "wrap", localStorage.getItem("log-wrap") !== "no");
  root.querySelector('[data-log="goto"]').onsubmit = event => {
    event.preventDefault();
    const number = Number(event.target.elements.line.value);
    if (number > 0) goTo(pane, number);
  };
  pane.text.addEventListener("click", event => {
    // A line's number is in its margin.
    const line = event.target.closest?.(".ln[data-n]");
    if (line && event.clientX - pane.text.getBoundingClientRect().left < parseFloat(getComputedStyle(line).paddingLeft)) goTo(pane, Number(line.dataset.n));
  });
}

function goTo(pane, number) {
  history.replaceState(history.state, "", `${location.pathname}${location.search}#log-${pane.run}-L${number}`);
  pane.showLine(number);
}

function press(root, name, on) {
  root.classList.toggle(name, on);
  root.querySelector(`[data-log="${name}"]`).setAttribute("aria-pressed", on);
}

function look() {
  for (const [root, pane] of panes) {
    if (root.isConnected) continue;
    pane.close();
    panes.delete(root);
  }
  for (const root of document.querySelectorAll("[data-run-log]"))
    if (!panes.has(root) && root.closest("details")?.open !== false) open(root);
}

// An address names a line of a run whose log is not the one that is shown: it is brought.
function bring() {
  const run = location.hash.match(/^#log-(\d+)-/)?.[1];
  if (!run) return;
  const pane = [...panes.values()].find(one => one.run === run);
  if (pane) pane.goWhereAsked();
  else document.querySelector(`a[data-run-tab="${run}"]`)?.click();
}

document.addEventListener("click", event => {
  const toggle = event.target.closest?.('[data-log="wrap"], [data-log="tall"]');
  if (toggle) {
    const [root, name, on] = [toggle.closest("[data-run-log]"), toggle.dataset.log, toggle.getAttribute("aria-pressed") !== "true"];
    press(root, name, on);
    if (name === "wrap") localStorage.setItem("log-wrap", on ? "yes" : "no");
    return;
  }
  // Whoever wants the end wants no line any more.
  if (event.target.closest?.('[data-log="end"]') && location.hash.startsWith("#log-")) history.replaceState(history.state, "", location.pathname + location.search);
  const link = event.target.closest?.("a[data-log-at]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const pane = [...panes.values()].find(one => one.run === link.dataset.logOf);
  if (!pane) return;
  event.preventDefault();
  event.stopPropagation();
  history.replaceState(history.state, "", link.href);
  pane.show(Number(link.dataset.logAt));
}, true);
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  const root = document.querySelector("[data-run-log].tall");
  if (root && !event.defaultPrevented) press(root, "tall", false);
});
document.addEventListener("toggle", look, true);
addEventListener("hashchange", bring);
// A page that is left loses its connections, and that is nothing to tell.
addEventListener("pagehide", () => panes.forEach(pane => (pane.leaving = true)));
addEventListener("pageshow", () => panes.forEach(pane => (pane.leaving = false)));
new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
look();
bring();
