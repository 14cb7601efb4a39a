// Logs on a page: the end first, a bounded part at a time, followed while its end is in sight. Everything received is text, never markup.
(() => {
  const step = 1 << 17, most = 1 << 19, longestLine = 4096, gather = 100;
  const panes = new Map();

  // What is seen of a line is what was written over last; colours become classes; nothing else of a terminal's language is left.
  const over = /^[^\n]*\r(?=[^\r\n])/gm;
  const colour = /\x1b\[([0-9;]*)m/;
  const language = /\x1b(?:\[[0-?]*[ -\/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -\/]*[0-~])?/g;
  const harmful = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

  function classesOf(codes, before) {
    let now = before;
    const numbers = codes.split(";").map(Number);
    for (let at = 0; at < numbers.length; at++) {
      const code = numbers[at];
      if (code === 38 || code === 48) at += numbers[at + 1] === 5 ? 2 : 4;
      else if (code === 0) now = { bold: false, colour: "" };
      else if (code === 1 || code === 22) now = { ...now, bold: code === 1 };
      else if (code === 39) now = { ...now, colour: "" };
      else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) now = { ...now, colour: `ansi-${code % 10}` };
    }
    return now;
  }

  function shown(text) {
    const block = document.createElement("span");
    const parts = text.replace(over, "").split(colour);
    let look = { bold: false, colour: "" };
    parts.forEach((part, index) => {
      if (index % 2 === 1) {
        look = classesOf(part, look);
        return;
      }
      const plain = part.replace(language, "").replace(harmful, bad => (bad > "\x9f" ? "\ufffd" : "")).replace(new RegExp(`[^\n]{${longestLine}}`, "gu"), "$&\n");
      const classes = [look.colour, look.bold ? "ansi-bold" : ""].join(" ").trim();
      if (!classes || !plain) return block.append(plain);
      const span = document.createElement("span");
      span.className = classes;
      span.textContent = plain;
      block.append(span);
    });
    return block;
  }

  class Pane {
    constructor(root) {
      this.root = root;
      this.url = `/api/runs/${root.dataset.runLog}/log`;
      this.text = root.querySelector("pre");
      this.buttons = {};
      for (const name of ["earlier", "later", "end"]) {
        this.buttons[name] = root.querySelector(`[data-log="${name}"]`);
        this.buttons[name].onclick = () => this[name]();
      }
      const asked = location.hash.match(/^#log-(\d+)-(\d+)$/);
      if (asked?.[1] === root.dataset.runLog) this.show(Number(asked[2]));
      else this.end();
    }

    // The window is the log's bytes [from, to), in blocks.
    clear() {
      this.close();
      this.blocks = [];
      this.waiting = [];
      this.pending = null;
      this.text.replaceChildren();
      this.from = this.to = 0;
    }

    close() {
      this.source?.close();
      this.source = null;
      this.waiting = [];
    }

    get atEnd() {
      return this.text.scrollHeight - this.text.scrollTop - this.text.clientHeight < 40;
    }

    put(text, from, to, last) {
      // What is cut out of a line without end is a line here.
      const block = { node: shown(text && !text.endsWith("\n") ? text + "\n" : text), from, to };
      this.pending?.remove();
      if (last) this.text.append(block.node);
      else this.text.prepend(block.node);
      if (last) this.blocks.push(block);
      else this.blocks.unshift(block);
      this.from = this.blocks[0].from;
      this.to = this.blocks.at(-1).to;
      return block.node;
    }

    // Never more than so much in the page: what is farthest from where was added goes.
    bound(fromStart) {
      while (this.to - this.from > most && this.blocks.length > 1) {
        const before = this.text.scrollHeight;
        (fromStart ? this.blocks.shift() : this.blocks.pop()).node.remove();
        if (fromStart) this.text.scrollTop -= before - this.text.scrollHeight;
        this.from = this.blocks[0].from;
        this.to = this.blocks.at(-1).to;
        if (!fromStart) this.close();
      }
      this.tell();
    }

    tell() {
      this.root.dataset.from = this.from;
      this.buttons.earlier.hidden = this.from === 0;
      this.buttons.later.hidden = this.buttons.end.hidden = this.source !== null || this.ended === this.to;
    }

    follow(query) {
      const source = (this.source = new EventSource(`${this.url}?${query}`));
      source.addEventListener("from", event => {
        if (this.blocks.length === 0 && this.waiting.length === 0) this.from = this.to = Number(event.data);
        this.tell();
      });
      source.addEventListener("log", event => this.take({ text: event.data + "\n", to: Number(event.lastEventId) }));
      source.addEventListener("line", event => this.take({ text: event.data, line: true }));
      source.addEventListener("end", () => {
        this.flush();
        this.ended = this.to;
        this.close();
        this.tell();
      });
    }

    // However fast it comes, the page is laid out ten times a second at most.
    take(event) {
      this.waiting.push(event);
      this.timer ??= setTimeout(() => this.flush(), gather);
    }

    flush() {
      clearTimeout(this.timer);
      this.timer = null;
      if (this.waiting.length === 0) return;
      const follows = this.atEnd;
      const line = this.waiting.at(-1).line ? this.waiting.at(-1) : null;
      let whole = this.waiting.filter(event => !event.line);
      this.waiting = [];
      if (whole.length > 0) {
        const to = whole.at(-1).to;
        if (follows && to - this.to > most) {
          // More than the page can bear has come at once: its end is what is shown.
          const kept = whole.findIndex(event => to - event.to < most);
          this.blocks = [];
          this.text.replaceChildren();
          this.to = kept > 0 ? whole[kept - 1].to : this.to;
          whole = whole.slice(kept);
        }
        this.put(whole.map(event => event.text).join(""), this.to, to, true);
        // Who reads farther up is not disturbed: what comes waits behind the buttons.
        if (follows) this.bound(true);
        else if (this.to - this.from > most) this.close();
      }
      if (line && this.source) {
        this.pending?.remove();
        this.pending = shown(line.text);
        this.text.append(this.pending);
      }
      if (follows) this.text.scrollTop = this.text.scrollHeight;
      this.tell();
    }

    async range(from, to) {
      const none = { text: "", bytes: new Uint8Array(), from, to: from, whole: true };
      const answer = await fetch(this.url, { headers: { Range: `bytes=${from}-${to - 1}` } });
      if (answer.status !== 206) return none;
      let bytes = new Uint8Array(await answer.arrayBuffer());
      const total = Number(answer.headers.get("Content-Range").split("/")[1]);
      const whole = from + bytes.length >= total;
      // From a line's beginning to a line's end, where there are such.
      const first = from === 0 ? -1 : bytes.indexOf(10);
      const last = whole ? bytes.length - 1 : bytes.lastIndexOf(10);
      let [start, end] = last > first ? [first + 1, last + 1] : [0, bytes.length];
      // In a line without end at least no character is cut.
      while (last <= first && from > 0 && start < 4 && (bytes[start] & 0xc0) === 0x80) start++;
      while (last <= first && !whole && end > bytes.length - 4 && (bytes[end - 1] & 0xc0) === 0x80) end--;
      if (last <= first && !whole && bytes[end - 1] >= 0xc0) end--;
      bytes = bytes.subarray(start, end);
      from += start;
      return { text: new TextDecoder().decode(bytes), bytes, from, to: from + bytes.length, whole };
    }

    end() {
      this.clear();
      this.follow(`tail=${step}`);
    }

    async earlier() {
      if (this.from === 0) return;
      const part = await this.range(Math.max(0, this.from - step), this.from);
      const before = this.text.scrollHeight;
      this.put(part.text, part.from, this.from, false);
      this.text.scrollTop += this.text.scrollHeight - before;
      this.bound(false);
    }

    async later() {
      const part = await this.range(this.to, this.to + step);
      if (part.text) this.put(part.text, this.to, part.to, true);
      if (part.whole) this.follow(`offset=${this.to}`);
      this.bound(true);
    }

    async show(offset) {
      this.clear();
      const part = await this.range(Math.max(0, offset - step / 4), offset + step);
      const split = Math.max(0, offset - part.from);
      const decode = bytes => new TextDecoder().decode(bytes);
      const rest = decode(part.bytes.subarray(split));
      const line = rest.slice(0, (rest.indexOf("\n") + 1 || rest.length + 1) - 1);
      if (split > 0) this.put(decode(part.bytes.subarray(0, split)), part.from, offset, true);
      const found = this.put(line + "\n", offset, offset, true);
      found.className = "found";
      this.put(rest.slice(line.length + 1), offset, part.to, true);
      if (part.whole) this.follow(`offset=${this.to}`);
      this.text.scrollTop = found.offsetTop - this.text.clientHeight / 3;
      this.root.scrollIntoView({ block: "nearest" });
      this.tell();
    }
  }

  function look() {
    for (const [root, pane] of panes) {
      if (root.isConnected) continue;
      pane.close();
      panes.delete(root);
    }
    for (const root of document.querySelectorAll("[data-run-log]"))
      if (!panes.has(root) && root.closest("details")?.open !== false) panes.set(root, new Pane(root));
  }

  document.addEventListener("click", event => {
    const link = event.target.closest?.("a[data-log-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    history.replaceState(history.state, "", link.href);
    const root = link.closest("section").querySelector("[data-run-log]");
    root.closest("details").open = true;
    look();
    panes.get(root).show(Number(link.dataset.logAt));
  }, true);
  document.addEventListener("toggle", look, true);
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
