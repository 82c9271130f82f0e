// What somebody can do with a reply of their own: change its words, or take it back.
import { el } from "./dom.js";

/**
 * @param {import("./api.js").Message} message
 * @param {HTMLElement} bubble where its words stand
 * @param {{edit: (text: string) => void, remove: () => void}} act
 */
export function ownActions(message, bubble, act) {
  const small = (label, click) => el("button", { type: "button", class: "own-action", click }, label);
  const row = el("div", { class: "own-actions" });
  const rest = () => {
    bubble.hidden = false;
    row.replaceChildren(small("Edit", write), small("Delete", sure));
  };
  const write = () => {
    bubble.hidden = true;
    const box = el("textarea", { class: "own-box", rows: "3", dir: "auto", "aria-label": "Your reply" }, message.text);
    const save = () => box.value.trim() && act.edit(box.value.trim());
    box.addEventListener("keydown", (event) => event.key === "Escape" && rest());
    row.replaceChildren(box, small("Save", save), small("Cancel", rest));
    box.focus();
  };
  const sure = () => {
    row.replaceChildren(small("Delete it for everybody", act.remove), small("Keep it", rest));
    row.firstChild.focus();
  };
  rest();
  return row;
}
