// A log on a page: the end first, a bounded part at a time, followed while its end is in sight.
import { at } from "../base.js";
import { decode, placeOf, rangeOf } from "./read.js";
import { linesOf, shown, soft } from "./text.js";

const step = 1 << 17, most = 1 << 19, mostLines = 8000, gather = 100, slowest = 10_000;

export class Pane {
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.run = root.dataset.runLog;
    this.url = at(`/api/runs/${this.run}/log`);
    this.text = root.querySelector("pre");
    this.buttons = {};
    for (const name of ["earlier", "later", "end"]) {
      this.buttons[name] = root.querySelector(`[data-log="${name}"]`);
      this.buttons[name].onclick = () => this[name]();
    }
    this.text.addEventListener("scroll", () => this.tell(), { passive: true });
    if (!this.goWhereAsked()) this.end();
  }

  // The address names a byte of the log (#log-RUN-1234), or a line (#log-RUN-L12).
  goWhereAsked() {
    const asked = location.hash.match(/^#log-(\d+)-(L?)(\d+)$/);
    if (asked?.[1] !== this.run) return false;
    if (asked[2]) this.showLine(Number(asked[3]));
    else this.show(Number(asked[3]));
    return true;
  }

  // The window is the log's bytes [from, to), in blocks, whose first line has the number `first` and whose next will have `next`; 0: not known.
  clear() {
    this.close();
    this.turn = (this.turn ?? 0) + 1;
    this.blocks = [];
    this.pending = null;
    this.text.replaceChildren();
    this.from = this.to = this.next = 0;
    this.numbered = Promise.resolve();
  }

  close() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.again);
    this.waiting = [];
  }

  get atEnd() {
    return this.text.scrollHeight - this.text.scrollTop - this.text.clientHeight < 40;
  }

  get lines() {
    return this.blocks.reduce((sum, block) => sum + block.lines, 0);
  }

  put(text, from, to, last) {
    const lines = linesOf(text);
    const number = last ? this.next : this.blocks[0]?.number ? this.blocks[0].number - lines : 0;
    // What is cut out of a line without end is a line here.
    const block = { node: shown(text && !text.endsWith("\n") && !text.endsWith(soft) ? text + soft : text, number), from, to, lines, number };
    if (last && this.next) this.next += lines;
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
    while ((this.to - this.from > most || this.lines > mostLines) && this.blocks.length > 1) {
      const before = this.text.scrollHeight;
      const gone = fromStart ? this.blocks.shift() : this.blocks.pop();
      gone.node.remove();
      if (fromStart) this.text.scrollTop -= before - this.text.scrollHeight;
      this.from = this.blocks[0].from;
      this.to = this.blocks.at(-1).to;
      if (!fromStart) this.next = gone.number;
      if (!fromStart) this.close();
    }
    this.tell();
  }

  tell() {
    this.root.dataset.from = this.from;
    const whole = this.source !== null || this.ended === this.to;
    this.buttons.earlier.hidden = this.from === 0;
    this.buttons.later.hidden = whole;
    this.buttons.end.hidden = whole && this.atEnd;
    this.root.toggleAttribute("data-follows", this.source !== null && this.atEnd);
  }

  follow(query) {
    const source = (this.source = new EventSource(`${this.url}?${query}`));
    source.addEventListener("open", () => {
      this.lost = 0;
      this.words.state("");
    });
    source.addEventListener("error", () => this.heal(source));
    source.addEventListener("from", event => {
      if (this.blocks.length === 0 && this.waiting.length === 0) {
        this.from = this.to = Number(event.data);
        this.numberFrom(this.from);
      }
      this.tell();
    });
    source.addEventListener("log", event => this.take({ text: event.data + "\n", to: Number(event.lastEventId) }));
    source.addEventListener("part", () => this.waiting.length && (this.waiting.at(-1).text = this.waiting.at(-1).text.slice(0, -1) + soft));
    source.addEventListener("line", event => this.take({ text: event.data, line: true }));
    source.addEventListener("end", async () => {
      // (What the server ends now is no lost connection.)
      source.close();
      await this.flush();
      if (this.source !== source) return;
      this.ended = this.to;
      this.close();
      this.tell();
      this.words.speak("ended");
    });
  }

  // A browser reconnects by itself while it may; where it was refused (a server that starts, a proxy that says so), it is asked again.
  heal(source) {
    if (this.source !== source || this.leaving) return;
    this.words.state("lost");
    if (source.readyState !== EventSource.CLOSED) return;
    this.source = null;
    this.lost = Math.min(slowest, 2 * (this.lost || 500));
    this.again = setTimeout(() => this.follow(this.blocks.length ? `offset=${this.to}` : `tail=${step}`), this.lost);
  }

  // Where it is not known, lines have no numbers.
  numberFrom(offset) {
    const turn = this.turn;
    this.numbered = placeOf(this.url, `offset=${offset}`).then(place => turn === this.turn && (this.next = place?.line ?? 0));
    return this.numbered;
  }

  // However fast it comes, the page is laid out ten times a second at most.
  take(event) {
    this.waiting.push(event);
    this.timer ??= setTimeout(() => this.flush(), gather);
  }

  async flush() {
    const turn = this.turn;
    await this.numbered;
    clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.length === 0 || turn !== this.turn) return;
    const follows = this.atEnd;
    const line = this.waiting.at(-1).line ? this.waiting.at(-1) : null;
    let whole = this.waiting.filter(event => !event.line);
    this.waiting = [];
    if (whole.length > 0) {
      const to = whole.at(-1).to;
      if (follows && to - this.to > most) whole = this.skip(whole, to);
      const text = whole.map(event => event.text).join("");
      this.put(text, this.to, to, true);
      this.words.came(text);
      // Who reads farther up is not disturbed: what comes waits behind the buttons.
      if (follows) this.bound(true);
      else if (this.to - this.from > most) this.close();
    }
    if (line && this.source) {
      this.pending?.remove();
      this.pending = shown(line.text, 0);
      this.text.append(this.pending);
    }
    if (follows) this.text.scrollTop = this.text.scrollHeight;
    this.tell();
  }

  // More than the page can bear has come at once: its end is what is shown.
  skip(whole, to) {
    const kept = whole.findIndex(event => to - event.to < most);
    if (this.next) this.next += linesOf(whole.slice(0, Math.max(0, kept)).map(event => event.text).join(""));
    this.blocks = [];
    this.text.replaceChildren();
    this.to = kept > 0 ? whole[kept - 1].to : this.to;
    return whole.slice(kept);
  }

  end() {
    if (this.blocks?.length && (this.source || this.ended === this.to)) {
      this.text.scrollTop = this.text.scrollHeight;
      return;
    }
    this.clear();
    this.follow(`tail=${step}`);
  }

  async earlier() {
    if (this.from === 0) return;
    const part = await rangeOf(this.url, Math.max(0, this.from - step), this.from, true);
    const before = this.text.scrollHeight;
    this.put(part.text, part.from, this.from, false);
    this.text.scrollTop += this.text.scrollHeight - before;
    this.bound(false);
  }

  async later() {
    const part = await rangeOf(this.url, this.to, this.to + step);
    if (part.text) this.put(part.text, this.to, part.to, true);
    if (part.whole) this.follow(`offset=${this.to}`);
    this.bound(true);
  }

  async show(offset) {
    this.clear();
    const turn = this.turn;
    const part = await rangeOf(this.url, Math.max(0, offset - step / 4), offset + step);
    await this.numberFrom(part.from);
    if (turn !== this.turn) return;
    const split = Math.max(0, offset - part.from);
    const rest = decode(part.bytes.subarray(split));
    const line = rest.slice(0, rest.indexOf("\n") + 1 || rest.length);
    if (split > 0) this.put(decode(part.bytes.subarray(0, split)), part.from, offset, true);
    const found = this.put(line, offset, offset, true);
    this.put(rest.slice(line.length), offset, part.to, true);
    if (part.whole) this.follow(`offset=${this.to}`);
    this.mark(found);
    this.root.scrollIntoView({ block: "nearest" });
    this.tell();
  }

  async showLine(number) {
    const there = this.lineNode(number);
    if (there) return this.mark(there);
    const place = await placeOf(this.url, `line=${number}`);
    if (place) await this.show(place.offset);
    else this.end();
  }

  lineNode(number) {
    return this.text.querySelector(`.ln[data-n="${number}"]`);
  }

  mark(node) {
    for (const before of this.text.querySelectorAll(".found")) before.classList.remove("found");
    node.classList.add("found");
    this.text.scrollTop = node.offsetTop - this.text.clientHeight / 3;
  }
}
