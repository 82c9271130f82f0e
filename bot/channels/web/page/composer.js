// Where the visitor writes.

const $ = (id) => document.getElementById(id);

export class Composer {
  /** @param {(text: string) => void} say */
  constructor(say) {
    this.say = say;
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    $("message").addEventListener("keydown", (event) => {
      // Enter also ends a word in Chinese, Japanese and Korean input: that one is not ours.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    $("message").addEventListener("input", () => this.mark());
    this.mark();
  }

  send() {
    const text = $("message").value.trim();
    $("message").focus();
    if (!text) return;
    $("message").value = "";
    this.mark();
    this.say(text);
  }

  mark() {
    const empty = !$("message").value.trim();
    $("send").setAttribute("aria-disabled", String(empty));
  }

  focus() {
    $("message").focus();
  }

  show() {
    $("composer").hidden = false;
  }

  hide() {
    $("composer").hidden = true;
  }
}
