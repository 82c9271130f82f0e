// Draws the inputs of handlers/ui.py: each with its label, its help and the place of its error.
import { el, freshId } from "./dom.js";

/**
 * @typedef {{name: string, label: string, kind: string, help: string, required: boolean, value: string,
 *   max_length: number, options: {value: string, label: string}[]}} Input
 */

const NEARLY = 0.8; // of the characters that there is room for: from here on it is said how many are left

const line = (type, more = {}) => (input) => el("input", { type, value: input.value, ...more });

/** A new kind of input is a new line here; all that it needs is a `value`. */
const CONTROLS = {
  line: line("text", { dir: "auto" }),
  paragraph: (input) => el("textarea", { rows: 4, dir: "auto" }, input.value),
  formatted: (input) => el("textarea", { rows: 6, dir: "auto" }, input.value),
  choice: (input) => select(input),
  choices: (input) => boxes(input),
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

/** Several may be ticked: a group whose value is theirs, one on a line. */
function boxes(input) {
  const taken = input.value.split("\n");
  const ticks = input.options.map((option) =>
    el("input", { type: "checkbox", value: option.value, checked: taken.includes(option.value) }),
  );
  const lines = ticks.map((tick, number) => el("label", { class: "tick", dir: "auto" }, tick, input.options[number].label));
  const group = el("div", { class: "ticks", role: "group", tabindex: "-1" }, lines);
  Object.defineProperty(group, "value", {
    get: () => ticks.filter((tick) => tick.checked).map((tick) => tick.value).join("\n"),
  });
  group.validity = { badInput: false };
  return group;
}

/** @param {Input} input */
export function drawField(input) {
  const id = freshId("field");
  const control = CONTROLS[input.kind in CONTROLS ? input.kind : "line"](input);
  const error = el("p", { class: "field-error", id: `${id}-error`, hidden: true, dir: "auto" });
  const help = input.help && el("p", { class: "field-help", id: `${id}-help`, dir: "auto" }, input.help);
  const room = el("p", { class: "field-room", hidden: true });
  control.id = id;
  control.name = input.name;
  control.setAttribute("aria-required", String(input.required));
  const first = control.value;
  const optional = !input.required && el("span", {}, " (optional)");
  const several = input.kind === "choices";
  const label = el(several ? "p" : "label", { class: "field-label", id: `${id}-label`, for: several ? null : id, dir: "auto" }, input.label, optional);
  if (several) control.setAttribute("aria-labelledby", `${id}-label`);
  const node = el("div", { class: "field" }, label, help, control, room, error);

  const describe = () => {
    const described = [!error.hidden && error.id, help && help.id].filter(Boolean).join(" ");
    set(control, "aria-describedby", described);
    set(control, "aria-invalid", error.hidden ? "" : "true");
  };
  const complain = (text) => {
    error.textContent = text;
    error.hidden = !text;
    describe();
  };
  const count = () => tell(room, input.max_length, length(control.value));
  control.addEventListener("input", count);
  count();
  describe();
  return {
    input,
    control,
    node,
    complain,
    problem: () => problem(input, control),
    /** A choice that was made beforehand says nothing about the person; words do, whoever put them there. */
    says: () => (["choice", "choices"].includes(input.kind) ? control.value !== first : Boolean(control.value.trim())),
  };
}

const length = (text) => [...text].length;

function tell(room, most, used) {
  room.hidden = used < most * NEARLY;
  if (room.hidden) return;
  room.textContent = used > most ? `${used - most} characters too many` : `${most - used} characters left`;
}

function set(node, name, value) {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}

/** What can be told without asking the server. Too long is said, not cut off. */
function problem(input, control) {
  if (control.validity.badInput) return "Please choose a whole date, or empty this.";
  if (input.required && !control.value.trim())
    return ["choice", "choices", "date"].includes(input.kind) ? "Please choose one." : "Please fill this in.";
  const used = length(control.value);
  return used > input.max_length ? `At most ${input.max_length} characters; this has ${used}.` : "";
}

/** @returns {boolean} whether all is well */
export function showErrors(fields, alert, errorOf) {
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
