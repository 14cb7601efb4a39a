// The theme, at once: the form that chooses it works without this, by loading the page again.
document.addEventListener("submit", event => {
  const form = event.target.closest?.("form[data-theme-form]");
  const wanted = event.submitter?.value;
  if (!form || wanted === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const root = document.documentElement;
  if (wanted === "system") delete root.dataset.theme;
  else root.dataset.theme = wanted;
  for (const button of document.querySelectorAll("form[data-theme-form] button")) button.setAttribute("aria-pressed", String(button.value === wanted));
  document.cookie = `theme=${wanted}; path=${new URL(document.baseURI).pathname.replace(/(.)\/$/, "$1")}; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}, true);
