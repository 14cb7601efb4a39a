// On a build's page that is open: the desktop tells when the build is over, for who asked by a click. Without this the page has no such button.
(() => {
  if (!("Notification" in window)) return;
  // (Not a class of an element: pages that come by themselves put all elements as the server wrote them.)
  const seen = new CSSStyleSheet();
  seen.replaceSync(".notify { display: inline-block; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, seen];
  const over = ["Complete", "Failed", "Cancelled"];

  function tell(build, state) {
    try {
      const note = new Notification(`${build} ${state === "Complete" ? "is built" : state === "Failed" ? "failed" : "was cancelled"}`, { tag: location.pathname });
      note.onclick = () => window.focus();
    } catch {
      // Some browsers show notifications of installed programs alone.
    }
  }

  document.addEventListener("click", async event => {
    const button = event.target.closest?.("[data-notify]");
    if (!button) return;
    if (await Notification.requestPermission() !== "granted") {
      button.textContent = button.dataset.refused;
      return;
    }
    button.textContent = button.dataset.asked;
    button.disabled = true;
    const from = location.pathname;
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-build-state"] });
    look();

    function look() {
      if (location.pathname !== from) return watch.disconnect();
      const lead = document.querySelector("[data-build-state]");
      if (!lead || !over.includes(lead.dataset.buildState)) return;
      watch.disconnect();
      tell(lead.dataset.build, lead.dataset.buildState);
    }
  });
})();
