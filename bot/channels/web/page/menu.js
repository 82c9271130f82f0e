// What can be done with any message: the same actions that its menu has in Slack and in Teams.
import { el, freshId, icon } from "./dom.js";

/**
 * @typedef {{shortcuts: {name: string, label: string, does: string}[], act: (name: string) => void}} Menu
 * @param {Menu} menu
 * @returns {[HTMLElement, HTMLElement]} what opens it, and the actions
 */
export function drawMenu({ shortcuts, act }) {
  const action = ({ name, label, does }) =>
    el("button", { type: "button", class: "own-action", title: does, "data-action": name, click: () => act(name) }, label);
  const row = el("div", { class: "own-actions", id: freshId("menu"), role: "group", "aria-label": "Actions", hidden: true });
  row.append(...shortcuts.map(action));
  const open = (opened) => {
    row.hidden = !opened;
    toggle.setAttribute("aria-expanded", String(opened));
  };
  const toggle = el(
    "button",
    {
      type: "button",
      class: "menu-toggle",
      "aria-label": "More actions",
      "aria-expanded": "false",
      "aria-controls": row.id,
      click: () => open(row.hidden),
    },
    icon("actions"),
  );
  row.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    toggle.focus();
  });
  return [toggle, row];
}
