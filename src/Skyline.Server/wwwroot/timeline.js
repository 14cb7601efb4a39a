// A timeline that goes on: the picture's end is now. Lengths are worked out by the style sheet, from --whole.
const begun = new WeakMap();

setInterval(() => {
  for (const figure of document.querySelectorAll("[data-goes]")) {
    const told = figure.dataset.goes;
    // The server's seconds, and this browser's since they were told: clocks need not agree.
    let base = begun.get(figure);
    if (base?.told !== told) begun.set(figure, (base = { told, at: performance.now() }));
    figure.style.setProperty("--whole", (Number(told) + (performance.now() - base.at) / 1000).toFixed(1));
  }
}, 1000);
