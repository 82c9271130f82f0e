// Draws the forms of handlers/ui.py as a dialog.
import { Refused, newId } from "./api.js";
import { el, freshId, icon } from "./dom.js";

/**
 * @typedef {{name: string, label: string, kind: string, help: string, required: boolean, value: string,
 *   max_length: number, options: {value: string, label: string}[]}} Input
 * @typedef {{name: string, title: string, submit: string, inputs: Input[], context: string}} Form
 */

const line = (type, more = {}) => (input) => el("input", { type, value: input.value, ...more });

/** A new kind of input is a new line here; all that it needs is a `value`. */
const CONTROLS = {
  line: line("text", { dir: "auto" }),
  paragraph: (input) => el("textarea", { rows: 4, dir: "auto" }, input.value),
  choice: (input) => select(input),
  email: line("email", { inputmode: "email" }),
  number: line("text", { inputmode: "decimal" }),
  date: line("date"),
};

function select(input) {
  const empty = !input.required || !input.value;
  return el(
    "select",
    {},
    empty && el("option", { value: "" }, input.required ? "Choose…" : "No choice"),
    input.options.map((option) =>
      el("option", { value: option.value, selected: option.value === input.value }, option.label),
    ),
  );
}

/** One question with its help and the place of its error. */
function drawField(input) {
  const id = freshId("field");
  const control = CONTROLS[input.kind in CONTROLS ? input.kind : "line"](input);
  const error = el("p", { class: "field-error", id: `${id}-error`, hidden: true, dir: "auto" });
  const help = input.help && el("p", { class: "field-help", id: `${id}-help`, dir: "auto" }, input.help);
  control.id = id;
  control.name = input.name;
  control.setAttribute("aria-required", String(input.required));
  const label = el("label", { for: id, dir: "auto" }, input.label, !input.required && el("span", {}, " (optional)"));
  const node = el("div", { class: "field" }, label, help, control, error);

  const complain = (text) => {
    error.textContent = text;
    error.hidden = !text;
    const described = [text && error.id, help && help.id].filter(Boolean).join(" ");
    set(control, "aria-describedby", described);
    set(control, "aria-invalid", text ? "true" : "");
  };
  complain("");
  return { input, control, node, complain, problem: () => problem(input, control.value) };
}

function set(node, name, value) {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}

/** What can be told without asking the server. Too long is said, not cut off. */
function problem(input, value) {
  if (input.required && !value.trim()) return input.kind === "choice" ? "Please choose one." : "Please fill this in.";
  const length = [...value].length;
  return length > input.max_length ? `At most ${input.max_length} characters; this has ${length}.` : "";
}

/**
 * Ask the visitor. The dialog stays open, with what was written, until the server took it or the visitor left.
 * @param {Form} form
 * @param {(values: Record<string, string>, id: string) => Promise<void>} submit throws Refused
 * @param {() => void} comeBack where the focus goes when what opened the dialog is no longer there
 */
export function openForm(form, submit, comeBack) {
  const fields = form.inputs.map(drawField);
  const title = freshId("dialog-title");
  const alert = el("p", { class: "dialog-alert", role: "alert", dir: "auto" });
  const send = el("button", { type: "submit", class: "button primary" }, form.submit);
  const shut = () => dialog.close();
  const asked = el(
    "form",
    { novalidate: true, class: "dialog-form", autocomplete: "off" },
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: title, dir: "auto" }, form.title),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close", click: shut }, icon("close")),
    ),
    el("div", { class: "dialog-body" }, fields.map((field) => field.node)),
    el(
      "footer",
      { class: "dialog-foot" },
      alert,
      el("button", { type: "button", class: "button default", click: shut }, "Cancel"),
      send,
    ),
  );
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": title }, asked);
  const opener = document.activeElement;

  asked.addEventListener("submit", submitter({ fields, alert, send, submit, done: shut }));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected && opener !== document.body) opener.focus();
    else comeBack();
  });
  fields[0].control.setAttribute("autofocus", "");
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function submitter({ fields, alert, send, submit, done }) {
  let sent = { id: "", as: "" };
  let busy = false;

  async function attempt() {
    const values = Object.fromEntries(fields.map(({ input, control }) => [input.name, control.value]));
    const as = JSON.stringify(values);
    // The same answers under the same id: if only the reply was lost, the server will not act twice.
    if (sent.as !== as) sent = { id: newId(), as };
    try {
      await submit(values, sent.id);
      done();
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      if (!refusal.again) sent = { id: "", as: "" };
      complain(fields, alert, refusal);
    }
  }

  return async (event) => {
    event.preventDefault();
    if (busy) return;
    alert.textContent = "";
    if (!showErrors(fields, alert, (field) => field.problem())) return;
    busy = true;
    send.setAttribute("aria-disabled", "true");
    const label = send.textContent;
    send.textContent = "Working…";
    await attempt().finally(() => {
      busy = false;
      send.removeAttribute("aria-disabled");
      send.textContent = label;
    });
  };
}

function complain(fields, alert, refusal) {
  showErrors(fields, alert, (field) => refusal.errors[field.input.name] || "");
  const names = new Set(fields.map((field) => field.input.name));
  const loose = Object.entries(refusal.errors).filter(([name]) => !names.has(name)).map(([, text]) => text);
  const words = [refusal.message, ...loose, refusal.again && "What you wrote is kept; please send it again."];
  const line = words.filter(Boolean).join(" ");
  if (line) alert.textContent = line;
}

/** @returns {boolean} whether all is well */
function showErrors(fields, alert, errorOf) {
  const wrong = fields.filter((field) => {
    const text = errorOf(field);
    field.complain(text);
    return text;
  });
  if (!wrong.length) return true;
  alert.textContent = wrong.length === 1 ? "Please check one answer." : `Please check ${wrong.length} answers.`;
  wrong[0].control.focus();
  return false;
}
