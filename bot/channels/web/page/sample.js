// Draws a message as other platforms will, from the very blocks of Slack and the very Adaptive Card of Teams.
import { el, freshId, link } from "./dom.js";

const LOOKS = [
  ["web", "This page"],
  ["slack", "Slack"],
  ["teams", "Teams"],
  ["text", "Notification"],
];

/** @param {{slack: object[], teams: object, text: string}} elsewhere @param {Node} own how this page draws it */
export function drawSample(elsewhere, own) {
  const drawn = {
    web: own,
    slack: el("div", { class: "card" }, elsewhere.slack.map(slackBlock)),
    teams: el("div", { class: "card" }, elsewhere.teams.body.map(teamsPart)),
    text: el("div", { class: "card" }, el("p", { class: "text", dir: "auto" }, elsewhere.text)),
  };
  const panel = el("div", { role: "tabpanel", id: freshId("look") }, own);
  const tabs = LOOKS.map(([name, label]) =>
    el("button", { type: "button", role: "tab", class: "look", "aria-controls": panel.id, click: () => choose(name) }, label),
  );
  const choose = (name) => {
    tabs.forEach((tab, at) => tab.setAttribute("aria-selected", String(LOOKS[at][0] === name)));
    panel.replaceChildren(drawn[name]);
  };
  choose("web");
  return el("div", { class: "sample" }, el("div", { role: "tablist", "aria-label": "As it looks on", class: "looks" }, tabs), panel);
}

const lines = (text, tag = "p", look = "text") => el(tag, { class: look, dir: "auto" }, text);
const pressable = (label, style) => el("span", { class: `button ${style || ""}`, "aria-disabled": "true" }, label);
const row = (labels) => el("div", { class: "buttons" }, labels);

// -- Slack -----------------------------------------------------------------------------------------------------------
const SLACK = {
  header: (block) => lines(block.text.text, "h2", "card-title"),
  context: (block) => lines(block.elements.map((part) => part.text).join(" "), "p", "text subtle"),
  divider: () => el("hr"),
  actions: (block) => row(block.elements.map((button) => pressable(button.text.text, button.style))),
  rich_text: (block) => el("div", { class: "markdown" }, block.elements.map(slackRich)),
};

const slackBlock = (block) => SLACK[block.type]?.(block);

function slackRich(part) {
  if (part.type === "rich_text_list") {
    const items = part.elements.map((item) => el("li", {}, item.elements.map(slackSpan)));
    const list = el(part.style === "ordered" ? "ol" : "ul", { dir: "auto" }, items);
    list.style.marginInlineStart = `${part.indent * 1.5}rem`;
    return list;
  }
  const spans = part.elements.map(slackSpan);
  if (part.type === "rich_text_quote") return el("blockquote", {}, el("p", { class: "text", dir: "auto" }, spans));
  if (part.type === "rich_text_preformatted") return el("pre", { dir: "ltr" }, el("code", {}, spans));
  return el("p", { class: "text", dir: "auto" }, spans);
}

function slackSpan({ text, url, style = {} }) {
  return styled(text, style, url);
}

function styled(text, { bold, italic, strike, code }, url) {
  let node = document.createTextNode(text);
  if (code) node = el("code", {}, node);
  if (strike) node = el("s", {}, node);
  if (italic) node = el("em", {}, node);
  if (bold) node = el("strong", {}, node);
  return url ? link(url, node) : node;
}

// -- Teams -----------------------------------------------------------------------------------------------------------
const TEAMS = {
  TextBlock: (part) => el("p", { class: "text", dir: "auto" }, markdown(part.text)),
  RichTextBlock: (part) => {
    const [first] = part.inlines;
    const look = first.size === "Large" ? "card-title" : first.isSubtle ? "text subtle" : "text";
    return el("p", { class: look, dir: "auto" }, part.inlines.map(teamsRun));
  },
  Container: (part) => el("div", { class: `teams-box ${part.style}` }, part.items.map(teamsPart)),
  ActionSet: (part) => row(part.actions.map((action) => pressable(action.title, { positive: "primary", destructive: "danger" }[action.style]))),
  Table: (part) => {
    const row = (line, tag) => el("tr", {}, line.cells.map((cell) => el(tag, {}, cell.items.map(teamsPart))));
    const [head, ...rows] = part.rows;
    const body = el("tbody", {}, rows.map((line) => row(line, "td")));
    return el("div", { class: "markdown" }, el("table", {}, el("thead", {}, row(head, "th")), body));
  },
};

function teamsPart(part) {
  const drawn = TEAMS[part.type]?.(part);
  if (drawn && /^(Small|None)$/.test(part.spacing)) drawn.classList.add("near");
  return drawn;
}

function teamsRun(run) {
  const code = run.fontType === "Monospace";
  return styled(run.text, { bold: run.weight === "Bolder", italic: run.italic, strike: run.strikethrough, code });
}

/** What a TextBlock reads: links, bold, italic, and marks that are taken by their word. */
function markdown(text) {
  const parts = text.split(/(\[(?:\\.|[^\]\\])*\]\([^)]*\)|\*\*(?:\\.|[^*\\])+\*\*|_(?:\\.|[^_\\])+_)/);
  const plain = (words) => words.replace(/\\(.)/g, "$1");
  return parts.map((part, at) => {
    if (at % 2 === 0) return plain(part);
    const linked = /^\[(.*)\]\((.*)\)$/s.exec(part);
    if (linked) return link(linked[2], plain(linked[1]));
    return part.startsWith("**") ? el("strong", {}, plain(part.slice(2, -2))) : el("em", {}, plain(part.slice(1, -1)));
  });
}
