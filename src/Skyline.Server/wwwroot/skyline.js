// What a page needs beside its HTML: buttons that copy, times that pass, menus that close.
document.addEventListener("click", async event => {
  const button = event.target.closest?.("[data-copy]");
  for (const menu of document.querySelectorAll("details.person[open], details.sidemenu[open], details.more[open]")) if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
  if (!button) return;
  await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
  const said = button.textContent;
  button.textContent = button.dataset.copied ?? said;
  setTimeout(() => (button.textContent = said), 1500);
});

// "5 minutes ago" is no longer true after a minute: said anew in the page's language, in the words that the browser has for it.
const units = [["day", 86400, 36 * 3600], ["hour", 3600, 5400], ["minute", 60, 90], ["second", 1, 45]];
setInterval(() => {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
  for (const time of document.querySelectorAll("time[data-when]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const found = units.find(([, , least]) => Math.abs(seconds) >= least);
    if (found && time.firstChild) time.firstChild.data = words.format(Math.round(seconds / found[1]), found[0]);
  }
}, 30_000);

// What somebody types before a page is live would go with the field that the live page's replaces: it is put into that, also where that
// comes a moment later than the old one goes. What was sent is done with, and so is what was typed on another page.
const typed = new Map();
const placeOf = field => `${location.pathname} ${field.form?.getAttribute("action")} ${field.type} ${field.name} ${field.type === "radio" || field.type === "checkbox" ? field.value : ""}`;
document.addEventListener("input", event => {
  const field = event.target;
  if (field.form && field.name && field.type !== "file" && field.type !== "password") typed.set(placeOf(field), field);
});
document.addEventListener("submit", () => typed.clear());
new MutationObserver(() => {
  for (const [place, old] of typed) {
    if (old.isConnected) continue;
    if (!place.startsWith(`${location.pathname} `)) typed.delete(place);
    const now = [...document.querySelectorAll("input, select, textarea")].find(field => field.form && placeOf(field) === place);
    if (!now) continue;
    if ("checked" in now) now.checked = old.checked;
    if (now.type !== "radio" && now.type !== "checkbox") now.value = old.value;
    typed.set(place, now);
  }
}).observe(document.body, { subtree: true, childList: true });
