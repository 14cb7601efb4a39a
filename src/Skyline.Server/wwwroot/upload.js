// Packages go up from a page as they do from the command line: each by its SHA-256, on from what has come of it. A line that breaks,
// or a page that is closed, costs what was under way and no more. Without this script the form sends the same files in one piece.
import { sha256 } from "./sha256.js";

const atOnce = 3, tries = 8;
const busy = new WeakMap();

document.addEventListener("change", event => {
  const form = event.target.closest?.("form[data-upload]");
  if (form && event.target.type === "file" && event.target.files.length) take(form, [...event.target.files]);
});
document.addEventListener("submit", event => {
  // Its files are on their way already, or are asked for by the browser itself.
  if (event.target.matches?.("form[data-upload]")) event.preventDefault();
});
for (const name of ["dragover", "drop"])
  document.addEventListener(name, event => {
    const form = event.target.closest?.("form[data-upload]");
    if (!form || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") take(form, [...event.dataTransfer.files]);
  });
document.addEventListener("dragleave", event => event.target.closest?.("form[data-upload]")?.removeAttribute("data-over"));
window.addEventListener("beforeunload", event => { if ([...document.querySelectorAll("form[data-upload]")].some(form => busy.get(form)?.left && !busy.get(form).led)) event.preventDefault(); });

function say(form, words, ...values) { return form.dataset[words].replace(/\{(\d)\}/g, (_, n) => values[n]); }

function take(form, files) {
  const work = busy.get(form) ?? { left: 0, kept: [], refused: 0, waiting: [] };
  busy.set(form, work);
  form.querySelector("input[type=file]").value = "";
  form.classList.add("scripted");
  for (const file of files) {
    work.left++;
    const place = work.count = (work.count ?? 0) + 1, shown = row(form, file);
    work.waiting.push(() => one(form, work, file, place, shown));
  }
  for (let running = work.running ?? 0; running < atOnce && work.waiting.length; running++) run(form, work);
}

async function run(form, work) {
  work.running = (work.running ?? 0) + 1;
  while (work.waiting.length) {
    await work.waiting.shift()();
    work.left--;
  }
  work.running--;
  if (work.left === 0 && work.kept.length) lead(form, work);
}

// All that came goes into the form that it was sent for; where something was refused, somebody is to read that first.
function lead(form, work) {
  if (!work.refused) return go(form, work);
  const on = form.querySelector("[data-go-on]");
  on.hidden = false;
  on.onclick = () => go(form, work);
}

function go(form, work) {
  const into = document.querySelector(form.dataset.into);
  // In the order in which they were chosen, whichever came first.
  const name = form.dataset.field;
  for (const { value } of work.kept.sort((a, b) => a.place - b.place)) {
    const field = into.querySelector(`input[name=${name}][value="${CSS.escape(value)}"]`) ?? into.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    if (field.type === "checkbox") field.checked = true;
  }
  work.led = true;
  into.requestSubmit(into.querySelector("[data-check]"));
}

function row(form, file) {
  const item = form.querySelector("[data-upload-list]").appendChild(document.createElement("li"));
  const name = item.appendChild(document.createElement("strong"));
  name.textContent = file.name;
  const bar = item.appendChild(document.createElement("progress"));
  bar.setAttribute("aria-label", file.name);
  bar.max = 1;
  const words = item.appendChild(document.createElement("span"));
  words.className = "note";
  const stop = item.appendChild(document.createElement("button"));
  stop.type = "button";
  stop.textContent = form.dataset.stop;
  stop.setAttribute("aria-label", `${form.dataset.stop}: ${file.name}`);
  const ending = new AbortController();
  stop.onclick = () => ending.abort();
  return {
    signal: ending.signal,
    at(part, text) { bar.value = part; words.textContent = text; },
    end(state, text) { item.className = state; words.className = state === "bad" ? "why bad" : "note"; words.textContent = text; bar.remove(); stop.remove(); if (state === "bad") words.setAttribute("role", "alert"); },
  };
}

async function one(form, work, file, place, shown) {
  try {
    const sha = await sha256(file, part => shown.at(part * 0.2, say(form, "reading", Math.round(part * 100))), shown.signal);
    const state = await send(form, file, sha, shown);
    work.kept.push({ place, value: state[form.dataset.value] ?? sha.slice(0, 16) });
    shown.end("good", form.dataset.kept);
  } catch (fault) {
    work.refused++;
    shown.end("bad", shown.signal.aborted ? form.dataset.stopped : fault.name === "NotReadableError" ? say(form, "unreadable", file.name) : fault.message);
  }
}

async function send(form, file, sha, shown) {
  for (let failed = 0; ;) {
    shown.signal.throwIfAborted();
    const state = await known(form, sha).catch(fault => fault);
    if (state.refused) throw new Error(state.refused);
    const answer = state instanceof Error ? { broken: true } : state.kept ? { ok: true, state } : await put(form, file, sha, state.bytes, shown);
    if (answer.ok) return answer.state;
    if (!answer.broken) throw new Error(answer.sentence);
    if (state.bytes > (shown.come ?? 0)) failed = 0;
    shown.come = state.bytes;
    if (++failed === tries) throw new Error(form.dataset.gone);
    const seconds = Math.min(30, 2 ** failed);
    shown.at(shown.part ?? 0.2, say(form, "again", seconds));
    await pause(seconds * 1000, shown.signal);
  }
}

async function known(form, sha) {
  const answer = await fetch(`${form.dataset.to}/${sha}`, { headers: { Accept: "application/json" } });
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  if (!answer.ok) throw Object.assign(new Error(), { refused: await sentence(answer) });
  return answer.json();
}

async function sentence(answer) { return (await answer.json().catch(() => ({}))).detail ?? `${answer.status}`; }

// (fetch does not tell how far a body is.)
function put(form, file, sha, offset, shown) {
  return new Promise(done => {
    const request = new XMLHttpRequest();
    request.open("PUT", `${form.dataset.to}/${sha}?name=${encodeURIComponent(file.name)}&offset=${offset}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("RequestVerificationToken", form.querySelector("input[name=__RequestVerificationToken]").value);
    request.upload.onprogress = event => {
      shown.part = 0.2 + 0.8 * (offset + event.loaded) / file.size;
      shown.at(shown.part, say(form, "sending", Math.floor(100 * (offset + event.loaded) / file.size)));
    };
    request.onload = () => done(request.status === 200 ? { ok: true, state: JSON.parse(request.responseText) } : { broken: [409, 416, 502, 503, 504].includes(request.status) && !/SHA-256/.test(request.responseText), sentence: said(request) });
    request.onerror = () => done({ broken: true });
    request.onabort = () => done({ broken: true });
    shown.signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file.slice(offset));
  });
}

function said(request) {
  try { return JSON.parse(request.responseText).detail; } catch { return request.responseText || String(request.status); }
}

function pause(time, signal) {
  return new Promise(done => {
    const timer = setTimeout(done, time);
    signal.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
  });
}
