// The side of the page. On a phone it is a bar on top, and the list of people opens from it.

const PHONE = matchMedia("(max-width: 760px)");
const $ = (id) => document.getElementById(id);

export class Side {
  constructor() {
    $("who").addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    $("side").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen) this.close();
    });
    PHONE.addEventListener("change", () => this.set(false));
  }

  get isOpen() {
    return $("who").getAttribute("aria-expanded") === "true";
  }

  open() {
    this.set(true);
    const first = document.querySelector("#people [aria-current], #people a");
    first?.focus();
  }

  /** @returns {boolean} whether there was anything to close */
  close() {
    if (!this.isOpen) return false;
    this.set(false);
    $("who").focus();
    return true;
  }

  set(open) {
    $("who").setAttribute("aria-expanded", String(open));
    $("side").classList.toggle("open", open);
    $("main").inert = open;
  }

  /** @param {import("./api.js").Person | undefined} person */
  mark(person) {
    $("who-name").textContent = person ? person.name : "Choose a person";
    $("who").setAttribute("aria-label", person ? `You are ${person.name}. Choose another person` : "Choose a person");
  }
}
