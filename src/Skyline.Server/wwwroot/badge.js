// The tab of a build that is over says how it went, for who looks at another one meanwhile; whoever comes back sees the page itself.
const signs = { Complete: "✓ ", Failed: "✗ ", Cancelled: "– " };
let before;

const state = () => document.querySelector("[data-build-state]")?.dataset.buildState;

new MutationObserver(() => {
  const now = state();
  if (now === before) return;
  const began = before;
  before = now;
  if (began && document.hidden && signs[now]) document.title = signs[now] + document.title;
}).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-build-state"] });
before = state();

document.addEventListener("visibilitychange", () => {
  const sign = Object.values(signs).find(one => document.title.startsWith(one));
  if (!document.hidden && sign) document.title = document.title.slice(sign.length);
});
