// Building the page. Everything from outside becomes text nodes or attributes, never markup.

/**
 * An element. A function among the attributes listens to the event of that name;
 * null, undefined and false leave the attribute (or child) out.
 * @param {string} tag
 * @param {Record<string, unknown>} attributes
 * @param {...(Node | string | null | undefined | false | Array<Node | string | null>)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (isThere(value)) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter(isThere));
  return node;
}

const isThere = (value) => value !== null && value !== undefined && value !== false;

/** A drawing from the sprite in index.html; it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A link that leaves the page, or only its content when the address is not one of the web or of mail. */
export function link(url, ...content) {
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return el("span", {}, ...content);
  // Names under .example belong to nobody, so that demos can use them: better said before the click than after.
  const title = /^https?:\/\/[^/?#]*\.example(?=[:/?#]|$)/i.test(url) ? "An address of the fictional vendor: it leads nowhere" : null;
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", title }, ...content);
}

let made = 0;

/** An id that is used nowhere else on the page. */
export const freshId = (word) => `${word}-${++made}`;

/** What answers a click on a link of the page itself; new tabs and windows stay the browser's. */
export function onPlainClick(act) {
  return (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    act(event);
  };
}
