// What a page needs beside its HTML: logs that follow, and buttons that copy. Everything received is text, never markup.
(() => {
  const followed = new Map();

  function follow(pane) {
    const source = new EventSource(`/api/runs/${pane.dataset.runLog}/log`);
    followed.set(pane, source);
    source.addEventListener("log", event => {
      const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;
      pane.append(event.data + "\n");
      if (atEnd) pane.scrollTop = pane.scrollHeight;
    });
    source.addEventListener("end", () => source.close());
  }

  function look() {
    for (const [pane, source] of followed) {
      if (pane.isConnected) continue;
      source.close();
      followed.delete(pane);
    }
    for (const pane of document.querySelectorAll("[data-run-log]"))
      if (!followed.has(pane) && pane.closest("details")?.open !== false) follow(pane);
  }

  document.addEventListener("toggle", look, true);
  document.addEventListener("click", async event => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
