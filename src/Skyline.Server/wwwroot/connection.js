// The live connection: when it is cut the page stays as it is and can be read; it is tried again until the server answers. A server that has forgotten this page (it was started
// anew, the machine slept for hours) is asked for the page again, which is then where it was. Only what somebody has written and not sent keeps it from that: then they are asked.
const place = "skyline-place";
const steps = [1, 2, 5, 10, 15, 30];
let tries = 0, timer, over = false;

const bar = () => document.getElementById("components-reconnect-modal");

function tell(state) {
  const element = bar();
  if (element) element.dataset.state = state;
}

/** Whether something is written in a form that is not what the page came with. */
function written() {
  return [...document.querySelectorAll("main form, main [data-unsent]")].some(form => [...form.querySelectorAll("input, textarea, select")].some(field =>
    field.type === "hidden" || field.type === "search" ? false
      : field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
        : field.type === "file" ? field.files.length > 0
          : field.tagName === "SELECT" ? [...field.options].some(option => option.selected !== option.defaultSelected) && field.selectedIndex > 0
            : field.value !== field.defaultValue));
}

function reload() {
  if (written()) return tell("unsent");
  over = true;
  sessionStorage.setItem(place, JSON.stringify({ address: location.href, x: scrollX, y: scrollY }));
  location.reload();
}

async function again() {
  clearTimeout(timer);
  if (over) return;
  try {
    // True: it is as before. False: the server is there and does not know this page any more. An exception: it is not there.
    if (await Blazor.reconnect()) return healed();
    if (!Blazor.resumeCircuit || !(await Blazor.resumeCircuit())) return reload();
    healed();
  } catch {
    later();
  }
}

function later() {
  tell("waits");
  clearTimeout(timer);
  timer = setTimeout(again, steps[Math.min(tries++, steps.length - 1)] * 1000);
}

function healed() {
  tries = 0;
  clearTimeout(timer);
  tell("");
}

document.addEventListener("components-reconnect-state-changed", event => heard(event.detail.state), true);

function heard(state) {
  switch (state) {
    case "show": case "retrying": return tell("tries");
    case "hide": return healed();
    case "failed": return later();
    case "rejected": case "resume-failed": return reload();
  }
}

// A machine that wakes, or finds its network again, does not wait for the next try.
for (const wakes of ["online", "visibilitychange", "pageshow"])
  (wakes === "visibilitychange" ? document : window).addEventListener(wakes, () => {
    if (bar()?.dataset.state === "waits" && !document.hidden) again();
  });

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-try-again]")) again();
  if (event.target.closest?.("[data-load-again]")) {
    over = true;
    location.reload();
  }
});

// Where it was read, before it was loaded again.
addEventListener("load", () => {
  const was = JSON.parse(sessionStorage.getItem(place) ?? "null");
  sessionStorage.removeItem(place);
  if (was?.address === location.href) scrollTo(was.x, was.y);
});

// A server of another version has other scripts: what is come to by enhanced navigation is then loaded whole.
const version = () => document.querySelector("meta[name=skyline-version]")?.content;
const ours = version();
function listen() {
  if (!window.Blazor?.addEventListener) return setTimeout(listen, 200);
  Blazor.addEventListener("enhancedload", () => {
    if (version() !== ours && !written()) location.reload();
  });
}
listen();
