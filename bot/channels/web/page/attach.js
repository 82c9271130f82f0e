// A file that is somewhere else, to go along with a reply: its address, and a name that is taken from it.
import { el, icon } from "./dom.js";

export class Attach {
  constructor() {
    this.box = el("input", {
      type: "url",
      pattern: "https://.+",
      title: "An address that begins with https://",
      placeholder: "https://… address of a file",
      "aria-label": "Address of a file",
      hidden: true,
    });
    this.button = el(
      "button",
      { type: "button", class: "attach", "aria-label": "Attach a link to a file", click: () => this.toggle() },
      icon("attach"),
    );
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    this.box.value = "";
    if (!this.box.hidden) this.box.focus();
  }

  /** Whether nothing is wrong with it; what is, the browser says. */
  get fits() {
    return this.box.hidden || this.box.reportValidity();
  }

  get filled() {
    return !this.box.hidden && this.box.value.trim() !== "";
  }

  /** @returns {{name: string, url: string}[]} and the box is empty again */
  take() {
    const url = this.filled ? this.box.value.trim() : "";
    this.box.hidden = true;
    this.box.value = "";
    return url ? [{ name: nameOf(url), url }] : [];
  }
}

function nameOf(url) {
  const { pathname, hostname } = new URL(url);
  const last = pathname.split("/").filter(Boolean).at(-1) || hostname;
  try {
    return decodeURIComponent(last).slice(0, 200);
  } catch {
    return last.slice(0, 200);
  }
}
