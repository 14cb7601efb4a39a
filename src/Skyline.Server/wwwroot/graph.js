// Pictures of what depends on what: laid out here by dagre, drawn as SVG whose nodes are links. What a node says is text, never markup.
const namespace = "http://www.w3.org/2000/svg";
const charWidth = 7.6, lineHeight = 18, padding = 12;
const seen = new WeakMap();
let dagre;

function part(name, attributes = {}, ...children) {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

function sized(node) {
  const label = short(node.label, 40), below = short([node.state, node.note].filter(Boolean).join(" · "), 46);
  return { ...node, label, below, width: Math.max(label.length * charWidth, below.length * charWidth * 0.85) + 2 * padding, height: (below ? 2 : 1) * lineHeight + padding };
}

function layOut({ direction, nodes, edges }) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 18, ranksep: 48, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, sized(node));
  for (const edge of edges) if (graph.hasNode(edge.from) && graph.hasNode(edge.to)) graph.setEdge(edge.from, edge.to, edge.label ? { label: edge.label, width: short(edge.label, 24).length * 6 + 8, height: 16, labelpos: "c" } : {}, edge.from + "\n" + edge.to);
  dagre.layout(graph);
  return graph;
}

function drawnNode(node) {
  const box = part("g", { class: `node ${node.state ? "of-" + node.state.replace(/[^a-z-]/g, "") : ""}`, transform: `translate(${node.x - node.width / 2},${node.y - node.height / 2})` },
    part("rect", { width: node.width, height: node.height, rx: 8 }),
    part("text", { x: node.width / 2, y: padding / 2 + lineHeight * 0.75, class: "label" }, node.label));
  if (node.below) box.append(part("text", { x: node.width / 2, y: padding / 2 + lineHeight * 1.7, class: "below" }, node.below));
  return node.href ? part("a", { href: node.href }, box) : box;
}

function drawnEdge(edge) {
  const [first, ...rest] = edge.points.map(point => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`);
  const group = part("g", { class: "edge" }, part("path", { d: `M${first}L${rest.join("L")}`, "marker-end": "url(#graph-arrow)" }));
  if (edge.label && edge.x !== undefined) group.append(part("text", { x: edge.x, y: edge.y + 4 }, short(edge.label, 24)));
  return group;
}

async function draw(figure) {
  const told = figure.dataset.graph, picture = figure.querySelector("[data-picture]");
  if (!picture || (seen.get(picture) === told && picture.firstChild)) return;
  seen.set(picture, told);
  if (!told) return picture.replaceChildren();
  dagre ??= (await import(new URL(figure.dataset.dagre, document.baseURI))).default;
  if (seen.get(picture) !== told) return;
  const graph = layOut(JSON.parse(told));
  const { width, height } = graph.graph();
  const arrow = part("defs", {}, part("marker", { id: "graph-arrow", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, part("path", { d: "M0 0L10 5L0 10z" })));
  picture.replaceChildren(part("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": picture.getAttribute("aria-label") },
    arrow, ...graph.edges().map(edge => drawnEdge(graph.edge(edge))), ...graph.nodes().map(id => drawnNode(graph.node(id)))));
}

const drawAll = () => document.querySelectorAll("[data-graph]").forEach(draw);
// Pages come and go without a reload, and what is live tells its picture anew.
new MutationObserver(drawAll).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-graph"] });
drawAll();
