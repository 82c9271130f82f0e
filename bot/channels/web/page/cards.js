// Draws the cards of handlers/ui.py.
import { el, icon, link } from "./dom.js";
import { blocks } from "./richtext.js";
import { drawSample } from "./sample.js";

/** @typedef {{label: string, action: string, value: string, style: string, opens_form: boolean}} Button */

const ELEMENTS = {
  text: (part) => el("p", { class: `text ${part.style}`, dir: "auto" }, part.url ? link(part.url, part.text) : part.text),
  markdown: (part) => el("div", { class: "markdown" }, blocks(part.blocks)),
  banner: (part) =>
    el("p", { class: `banner ${part.tone}`, role: "note" }, icon(part.tone), el("span", { dir: "auto" }, part.text)),
  facts: (part) =>
    el(
      "dl",
      { class: "facts", dir: "auto" },
      part.rows.map(([label, value]) =>
        el("div", {}, el("dt", {}, label), el("dd", {}, value)),
      ),
    ),
  picture: (part) => el("img", { class: "picture", src: `data:image/png;base64,${part.png}`, alt: part.alt }),
  document: (part) =>
    el("p", {}, el("a", { class: "document", href: part.url, download: part.name, dir: "auto" }, `📎 ${part.name}`)),
  divider: () => el("hr"),
  buttons: (part, press) => el("div", { class: "buttons" }, part.buttons.map((button) => drawButton(button, press))),
  item: (part, press) =>
    el(
      "div",
      { class: "item", dir: "auto" },
      el(
        "div",
        { class: "item-words" },
        el("p", { class: "item-text" }, part.text),
        part.detail && el("p", { class: "item-detail" }, part.detail),
      ),
      drawButton(part.button, press, part.text),
    ),
};

/**
 * @param {{title: string, body: object[]}} card
 * @param {(button: Button) => Promise<void>} press what a pressed button does; until it is done the button rests
 */
export function drawCard(card, press) {
  const drawn = drawOwn(card, press);
  return card.elsewhere ? drawSample(card.elsewhere, drawn) : drawn;
}

function drawOwn(card, press) {
  return el(
    "div",
    { class: "card" },
    card.title && el("h2", { class: "card-title", dir: "auto" }, card.title),
    card.body.map((part) => ELEMENTS[part.kind](part, press)),
  );
}

/** @param {string} [about] which line of a list the button belongs to, for those who hear the page */
function drawButton(button, press, about) {
  const node = el(
    "button",
    {
      type: "button",
      class: `button ${button.style}`,
      dir: "auto",
      "data-action": button.action,
      "data-value": button.value,
      "aria-haspopup": button.opens_form ? "dialog" : null,
      "aria-label": about ? `${button.label}: ${about}` : null,
      click: () => once(node, () => press(button)),
    },
    button.label,
  );
  return node;
}

/** A second click while the first is under way does nothing; the button keeps the focus. */
async function once(node, act) {
  if (node.getAttribute("aria-disabled") === "true") return;
  node.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    node.removeAttribute("aria-disabled");
  }
}
