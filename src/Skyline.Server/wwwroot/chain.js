// Dragging on the page that arranges a chain: what the browser must be told for it. Where a package goes is said to the server by the page itself.
const place = event => event.target.closest?.("[data-drop]");
document.addEventListener("dragstart", event => {
  const item = event.target.closest?.("[data-drag]");
  if (!item) return;
  event.dataTransfer.setData("text/plain", "");
  event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", event => {
  if (!place(event) || [...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  mark(place(event));
});
for (const name of ["drop", "dragend"]) document.addEventListener(name, () => mark(null));

function mark(over) {
  for (const other of document.querySelectorAll("[data-drop][data-over]")) if (other !== over) other.removeAttribute("data-over");
  over?.setAttribute("data-over", "");
}
