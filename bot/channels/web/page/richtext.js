// Draws the blocks of bot/channels/richtext.py. A list, quote or table runs in the direction of its first words;
// each paragraph in it has its own (unicode-bidi in app.css), since an element with "dir" would not be asked.
import { el, link } from "./dom.js";

const BLOCKS = {
  paragraph: (block) => el("p", {}, spans(block.spans)),
  heading: (block) => el(`h${Math.min(block.level + 2, 6)}`, { dir: "auto" }, spans(block.spans)),
  list: (block) =>
    el(
      block.ordered ? "ol" : "ul",
      { start: block.ordered && block.start !== 1 ? block.start : null, dir: "auto" },
      block.items.map((item) => el("li", {}, blocks(item))),
    ),
  code: (block) => el("pre", { dir: "ltr" }, el("code", {}, block.text)),
  quote: (block) => el("blockquote", { dir: "auto" }, blocks(block.blocks)),
  table: (block) =>
    el("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Table" }, table(block.head, block.rows)),
  rule: () => el("hr"),
};

/** @returns {Node[]} */
export function blocks(list) {
  return list.map((block) => BLOCKS[block.kind](block));
}

function table(head, rows) {
  const line = (tag, cells, scope) => el("tr", {}, cells.map((cell) => el(tag, { scope }, spans(cell))));
  const body = rows.map((row) => line("td", row));
  return el("table", { dir: "auto" }, el("thead", {}, line("th", head, "col")), el("tbody", {}, body));
}

const spans = (list) => list.map(span);

function span(run) {
  let node = document.createTextNode(run.text);
  if (run.code) node = el("code", {}, node);
  if (run.strike) node = el("s", {}, node);
  if (run.italic) node = el("em", {}, node);
  if (run.bold) node = el("strong", {}, node);
  return run.url ? link(run.url, node) : node;
}
