// A log's text as nodes of the page: lines with their numbers, colours as classes. Everything received is text, never markup.

const longestLine = 4096, mostNumbered = 5000;

// Ends a part of a longer line, as the line's end would; no log has it, and one that has it is shown broken there.
export const soft = "\ufdd0";

// What is seen of a line is what was written over last; colours become classes; nothing else of a terminal's language is left.
const over = /^[^\n]*\r(?=[^\r\n])/gm;
const colour = /\x1b\[([0-9;]*)m/;
const language = /\x1b(?:\[[0-?]*[ -\/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -\/]*[0-~])?/g;
const harmful = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const long = new RegExp(`[^\n${soft}]{${longestLine}}`, "gu");

const plainLook = { bold: false, colour: "" };

function lookAfter(codes, before) {
  let now = before;
  const numbers = codes.split(";").map(Number);
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at];
    if (code === 38 || code === 48) at += numbers[at + 1] === 5 ? 2 : 4;
    else if (code === 0) now = plainLook;
    else if (code === 1 || code === 22) now = { ...now, bold: code === 1 };
    else if (code === 39) now = { ...now, colour: "" };
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) now = { ...now, colour: `ansi-${code % 10}` };
  }
  return now;
}

export const linesOf = text => text.split("\n").length - 1;

// Of so many short lines that each as an element would be more than a page can bear, numbers are left out.
export function shown(text, number) {
  const block = document.createElement("span");
  const lines = number && linesOf(text) <= mostNumbered ? new Lines(block, number) : { add: (plain, classes) => block.append(styled(plain.replaceAll(soft, "\n"), classes)) };
  let look = plainLook;
  text.replace(over, "").split(colour).forEach((part, index) => {
    if (index % 2 === 1) {
      look = lookAfter(part, look);
      return;
    }
    const plain = part.replace(language, "").replace(harmful, bad => (bad > "\x9f" ? "\ufffd" : "")).replace(long, "$&" + soft);
    if (plain) lines.add(plain, [look.colour, look.bold ? "ansi-bold" : ""].join(" ").trim());
  });
  return block;
}

function styled(text, classes) {
  if (!classes) return text;
  const span = document.createElement("span");
  span.className = classes;
  span.textContent = text;
  return span;
}

class Lines {
  constructor(block, number) {
    this.block = block;
    this.number = number;
    this.line = null;
    this.begins = true;
  }

  add(text, classes) {
    for (const piece of text.split(/(?<=[\n\ufdd0])/)) {
      if (!this.line) this.open();
      const ends = piece.endsWith("\n") || piece.endsWith(soft);
      this.line.append(styled(ends ? piece.slice(0, -1) + "\n" : piece, classes));
      if (!ends) continue;
      if (piece.endsWith("\n")) this.number++;
      this.begins = piece.endsWith("\n");
      this.line = null;
    }
  }

  open() {
    this.line = document.createElement("span");
    this.line.className = "ln";
    if (this.begins) this.line.dataset.n = this.number;
    this.block.append(this.line);
  }
}
