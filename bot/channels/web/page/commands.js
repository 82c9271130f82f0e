// The commands that are offered while somebody types one. What a command does is the server's affair.
import { el, freshId } from "./dom.js";

export class Commands {
  /**
   * @param {HTMLTextAreaElement} box
   * @param {HTMLElement} list
   * @param {HTMLElement} told says to those who hear the page that there is a list
   * @param {{name: string, does: string}[]} known
   */
  constructor(box, list, told, known) {
    Object.assign(this, { box, list, told, known, offered: [], at: 0 });
    box.addEventListener("input", () => this.offer());
    box.addEventListener("blur", () => this.close());
    box.addEventListener("keydown", (event) => this.key(event));
    // The box keeps the focus while something in the list is pressed.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take([...list.children].indexOf(option));
    });
  }

  /** What begins like this; a command that is written out is left to be sent. */
  offer() {
    const typed = this.box.value.toLowerCase();
    const begun = typed.startsWith("/") && !this.known.some(({ name }) => name === typed);
    this.offered = begun ? this.known.filter(({ name }) => name.startsWith(typed)) : [];
    if (!this.offered.length) return this.close();
    this.list.replaceChildren(...this.offered.map(({ name, does }) => drawOption(name, does)));
    this.list.hidden = false;
    this.mark(0);
    const number = this.offered.length === 1 ? "1 command" : `${this.offered.length} commands`;
    this.told.textContent = `${number}. Arrow keys choose, Enter takes one.`;
  }

  mark(at) {
    this.at = (at + this.offered.length) % this.offered.length;
    [...this.list.children].forEach((option, position) =>
      option.setAttribute("aria-selected", String(position === this.at)),
    );
    this.box.setAttribute("aria-activedescendant", this.list.children[this.at].id);
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const keys = {
      ArrowDown: () => this.mark(this.at + 1),
      ArrowUp: () => this.mark(this.at - 1),
      Enter: () => this.take(this.at),
      Escape: () => this.close(),
    };
    if (!(event.key in keys) || event.shiftKey) return;
    event.preventDefault();
    keys[event.key]();
  }

  take(at) {
    this.box.value = this.offered[at].name;
    this.box.dispatchEvent(new Event("input"));
    this.close();
  }

  close() {
    this.offered = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.told.textContent = "";
    this.box.removeAttribute("aria-activedescendant");
  }
}

const drawOption = (name, does) =>
  el(
    "div",
    { class: "command", role: "option", id: freshId("command") },
    el("span", { class: "command-name" }, name),
    " ",
    el("span", { class: "command-does" }, does),
  );
