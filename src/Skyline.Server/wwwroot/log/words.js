// What a log says beside its lines: in sight how it is connected; to who listens, now and then what came. The words are the page's.

const between = 20_000;

export class Words {
  constructor(root) {
    this.seen = root.querySelector('[data-log="state"]');
    this.heard = root.querySelector('[data-log="heard"]');
    this.lines = 0;
  }

  state(what) {
    const text = what ? this.seen.dataset[what] : "";
    if (this.seen.textContent !== text) this.seen.textContent = text;
  }

  speak(what, ...values) {
    this.heard.textContent = values.reduce((text, value, at) => text.replace(`{${at}}`, () => value), this.heard.dataset[what]);
  }

  // A screen reader that read out every line would be no help.
  came(text) {
    const lines = text.split("\n").filter(line => line.trim());
    this.lines += lines.length;
    this.last = lines.at(-1) ?? this.last;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.speak("came", this.lines, (this.last ?? "").replace(/\x1b\[[0-9;]*m/g, "").slice(0, 120));
      this.lines = 0;
    }, between);
  }
}
