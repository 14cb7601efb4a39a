// Finds a text in the whole log, on the server, and leads from line to line.

const mostMarks = 2000;

export class Search {
  constructor(pane, root) {
    this.pane = pane;
    this.input = root.querySelector('[data-log="find"]');
    this.count = root.querySelector('[data-log="count"]');
    this.input.form.onsubmit = event => {
      event.preventDefault();
      this.go(1);
    };
    this.input.onkeydown = event => {
      if (event.key === "Enter" && event.shiftKey) this.go(-1);
      else if (event.key === "Escape" && this.input.value) this.clear();
      else return;
      event.preventDefault();
    };
    // The cross that browsers put into it.
    this.input.onsearch = () => this.input.value || this.clear();
    // (The other button sends the form, as Enter does.)
    root.querySelector('[data-log="before"]').onclick = () => this.go(-1);
    pane.text.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.input.value || !["n", "p"].includes(event.key)) return;
      event.preventDefault();
      this.go(event.key === "n" ? 1 : -1);
    });
  }

  clear() {
    this.input.value = this.count.value = "";
    this.asked = null;
    CSS.highlights?.delete("log-find");
  }

  // One step after the other, however fast one types.
  go(way) {
    this.going = (this.going ?? Promise.resolve()).then(() => this.step(way));
  }

  async step(way) {
    const text = this.input.value;
    if (!text) return this.clear();
    const fresh = text !== this.asked || this.pane.source;
    if (fresh && !(await this.ask(text))) return;
    const { lines, count } = this.found;
    if (count === 0) return this.tell("none");
    const at = this.at === null ? this.nearest(lines) : (this.at + way + lines.length) % lines.length;
    this.at = at;
    await this.lead(lines[at]);
    this.tell(count > lines.length ? "some" : "at", at + 1, lines.length, count);
    this.highlight(text);
  }

  async ask(text) {
    const answer = await fetch(`${this.pane.url}/search?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok) {
      this.tell("failed");
      return false;
    }
    this.found = await answer.json();
    // What grew meanwhile is counted; where one stood stays.
    if (text !== this.asked || this.at >= this.found.lines.length) this.at = null;
    this.asked = text;
    return true;
  }

  // From what is in sight on, else from the beginning.
  nearest(lines) {
    const top = this.pane.text.scrollTop;
    const seen = [...this.pane.text.querySelectorAll(".ln[data-n]")].find(line => line.offsetTop >= top);
    return Math.max(0, lines.findIndex(line => line.line >= Number(seen?.dataset.n ?? 1)));
  }

  async lead(place) {
    const node = this.pane.lineNode(place.line);
    if (node) this.pane.mark(node);
    else await this.pane.show(place.offset);
  }

  tell(what, ...values) {
    this.count.value = values.reduce((text, value, at) => text.replaceAll(`{${at}}`, value.toLocaleString()), this.count.dataset[what]);
  }

  // Without touching what is shown: ranges that the browser paints.
  highlight(text) {
    if (!CSS.highlights) return;
    const [ranges, wanted] = [[], text.toLowerCase()];
    const walk = document.createTreeWalker(this.pane.text, NodeFilter.SHOW_TEXT);
    while (ranges.length < mostMarks && walk.nextNode()) {
      const node = walk.currentNode;
      const content = node.data.toLowerCase();
      if (content.length !== node.data.length) continue;
      for (let at = content.indexOf(wanted); at >= 0 && ranges.length < mostMarks; at = content.indexOf(wanted, at + wanted.length))
        ranges.push(new StaticRange({ startContainer: node, startOffset: at, endContainer: node, endOffset: at + wanted.length }));
    }
    CSS.highlights.set("log-find", new Highlight(...ranges));
  }
}
