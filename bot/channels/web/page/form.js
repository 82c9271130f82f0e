// Draws the forms of handlers/ui.py as a dialog.
import { Refused, newId } from "./api.js";
import { el, freshId, icon } from "./dom.js";
import { drawField, showErrors } from "./fields.js";

/**
 * @typedef {{name: string, title: string, submit: string, note: string, context: string,
 *   inputs: import("./fields.js").Input[]}} Form
 * @typedef {Record<string, string>} Values
 * @typedef {{submit: (form: Form, values: Values, id: string) => Promise<Form | null>,
 *   close: (form: Form, values: Values, said: boolean) => void}} Server what the dialog asks; `submit` throws Refused, and returns
 *   the form that takes this one's place, if there is one
 */

/**
 * Ask the visitor. The dialog stays open, with what was written, until the server took it or the visitor left.
 * @param {Form} form
 * @param {Server} server
 * @param {() => void} comeBack where the focus goes when what opened the dialog is no longer there
 */
export function openForm(form, server, comeBack) {
  const opener = document.activeElement;
  const dialog = el("dialog", { class: "dialog" });
  const done = (next) => {
    if (next && dialog.isConnected) show(next);
    else if (next) openForm(next, server, comeBack);
    else {
      sheet.left = false;
      dialog.close();
    }
  };
  let sheet;
  const show = (shown) => {
    sheet = new Sheet(shown, server, { done, shut: () => dialog.close() });
    dialog.replaceChildren(sheet.node);
    dialog.setAttribute("aria-labelledby", sheet.titleId);
    if (dialog.open) sheet.begin();
  };

  const leave = () => sheet.leave();
  window.addEventListener("pagehide", leave); // the page is reloaded, or its tab closed
  dialog.addEventListener("close", () => {
    window.removeEventListener("pagehide", leave);
    dialog.remove();
    if (opener?.isConnected && opener !== document.body) opener.focus();
    else comeBack();
    leave();
  });
  onBackdrop(dialog, () => dialog.close());
  show(form);
  document.body.append(dialog);
  dialog.showModal();
  sheet.begin();
}

/** A press that begins and ends beside the dialog; one that only ends there may have marked text. */
function onBackdrop(dialog, act) {
  let began = false;
  dialog.addEventListener("pointerdown", (event) => {
    began = event.target === dialog;
  });
  dialog.addEventListener("click", (event) => {
    if (began && event.target === dialog) act();
    began = false;
  });
}

/** One form, as it stands in the dialog until it was sent, left, or another one follows it. */
class Sheet {
  /** @param {{done: (next: Form | null) => void, shut: () => void}} ends */
  constructor(form, server, ends) {
    Object.assign(this, { form, server, ends, busy: false, left: true, sent: { id: "", as: "" } });
    this.titleId = freshId("dialog-title");
    this.fields = form.inputs.map(drawField);
    this.draw();
  }

  draw() {
    const { form, ends } = this;
    this.note = form.note && el("p", { class: "dialog-note", id: freshId("note"), dir: "auto" }, form.note);
    this.alert = el("p", { class: "dialog-alert", role: "alert", dir: "auto" });
    this.button = el("button", { type: "submit", class: "button primary" }, form.submit);
    this.node = el(
      "form",
      { novalidate: true, class: "dialog-form", autocomplete: "off", submit: (event) => this.submit(event) },
      el(
        "header",
        { class: "dialog-head" },
        el("h2", { id: this.titleId, dir: "auto" }, form.title),
        el("button", { type: "button", class: "icon-button", "aria-label": "Close", click: ends.shut }, icon("close")),
      ),
      el("div", { class: "dialog-body" }, this.note, this.fields.map((field) => field.node)),
      el(
        "footer",
        { class: "dialog-foot" },
        this.alert,
        el("button", { type: "button", class: "button default", click: ends.shut }, "Cancel"),
        this.button,
      ),
    );
    if (this.note) this.node.setAttribute("aria-describedby", this.note.id);
  }

  /** The first field has the focus; those who hear the page hear the note before it. */
  begin() {
    const { control } = this.fields[0];
    const described = control.getAttribute("aria-describedby");
    if (this.note) control.setAttribute("aria-describedby", [this.note.id, described].filter(Boolean).join(" "));
    control.focus();
    this.node.querySelector(".dialog-body").scrollTop = 0;
  }

  get values() {
    return Object.fromEntries(this.fields.map(({ input, control }) => [input.name, control.value]));
  }

  /** What somebody has begun and not sent, the server may keep for them. */
  leave() {
    const said = this.fields.some((field) => field.says());
    if (this.left && !this.busy) this.server.close(this.form, this.values, said);
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    this.alert.textContent = "";
    if (!showErrors(this.fields, this.alert, (field) => field.problem())) return;
    this.rest(true);
    try {
      await this.attempt();
    } finally {
      this.rest(false);
    }
  }

  rest(busy) {
    this.busy = busy;
    this.button.textContent = busy ? "Working…" : this.form.submit;
    if (busy) this.button.setAttribute("aria-disabled", "true");
    else this.button.removeAttribute("aria-disabled");
  }

  async attempt() {
    const { values } = this;
    const as = JSON.stringify(values);
    // The same answers under the same id: if only the reply was lost, the server will not act twice.
    if (this.sent.as !== as) this.sent = { id: newId(), as };
    try {
      this.ends.done(await this.server.submit(this.form, values, this.sent.id));
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      if (!refusal.again) this.sent = { id: "", as: "" };
      if (this.node.isConnected) this.complain(refusal);
      else this.server.close(this.form, values, true); // it was left meanwhile
    }
  }

  complain(refusal) {
    showErrors(this.fields, this.alert, (field) => refusal.errors[field.input.name] || "");
    const names = new Set(this.fields.map((field) => field.input.name));
    const loose = Object.entries(refusal.errors).filter(([name]) => !names.has(name)).map(([, text]) => text);
    const words = [refusal.message, ...loose, refusal.again && "What you wrote is kept; please send it again."];
    const told = words.filter(Boolean).join(" ");
    if (told) this.alert.textContent = told;
  }
}
