// The list of demo people: who the visitor may be.
import { el, onPlainClick } from "./dom.js";

const FILTER_FROM = 8;
const HUES = 6;

/** Somebody whom the programme does not know. */
export const isVisitor = (person) => person.role === "visitor";

/** @param {import("./api.js").Person} person */
export const isVendors = (person, vendor) =>
  !isVisitor(person) && (!person.partner || person.partner === vendor);

/** "partner_admin" is a value; "Partner admin" is what a person reads. */
const readable = (value) => value.charAt(0).toUpperCase() + value.slice(1).replaceAll("_", " ");

const role = (person) => (isVisitor(person) ? "Not known here; can ask for access" : readable(person.role || ""));

/** What decides which articles a partner's people see. */
const programme = (person) => [person.type, person.tier, person.region].filter(Boolean).map(readable).join(" · ");

/** Who this is, in a line. */
export const described = (person, vendor) =>
  isVendors(person, vendor)
    ? [role(person), vendor].filter(Boolean).join(", ")
    : `${role(person)} at ${person.partner} (${programme(person)})`;

/** Somebody of each kind, to begin with: one per type of partner, and a manager of the vendor's. */
export function examples(people, vendor) {
  const partners = people.filter((person) => !isVendors(person, vendor) && !isVisitor(person));
  const own = people.filter((person) => isVendors(person, vendor));
  const types = [...new Set(partners.map((person) => person.type))];
  const typical = (type) => {
    const these = partners.filter((person) => person.type === type);
    return these.find((person) => person.role === "partner_user" && person.tier === "Gold") || these[0];
  };
  return [...types.map(typical), own.find((person) => person.role === "channel_manager") || own[0]].filter(Boolean);
}

/** A circle with initials, for the eye only. */
export function avatar(person) {
  const words = person.name.trim().split(/\s+/);
  const initials = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] || "").join("");
  const hue = [...person.email].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % HUES;
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials.toUpperCase());
}

export class People {
  /**
   * @param {import("./api.js").Person[]} people
   * @param {(person: import("./api.js").Person) => void} choose
   */
  constructor(people, vendor, choose) {
    this.rows = [];
    this.list = document.getElementById("people");
    this.filter = document.getElementById("people-filter");
    for (const [group, members] of groups(people, vendor)) this.list.append(this.drawGroup(group, members, choose));
    this.filter.hidden = people.length <= FILTER_FROM;
    this.filter.addEventListener("input", () => this.narrow());
  }

  drawGroup(name, members, choose) {
    const rows = members.map((person) => {
      const node = el("li", {}, drawPerson(person, choose));
      this.rows.push({ node, person, words: Object.values(person).concat(name).join(" ").toLowerCase() });
      return node;
    });
    const facts = programme(members[0]);
    return el(
      "section",
      { class: "group" },
      el("h3", { dir: "auto" }, name),
      facts && el("p", { class: "group-facts" }, facts),
      el("ul", { role: "list" }, rows),
    );
  }

  narrow() {
    const wanted = this.filter.value.trim().toLowerCase().split(/\s+/);
    for (const { node, words } of this.rows) node.hidden = !wanted.every((word) => words.includes(word));
    for (const group of this.list.children) group.hidden = !group.querySelector("li:not([hidden])");
  }

  /** @param {string | undefined} email */
  mark(email) {
    for (const { node, person } of this.rows) {
      if (person.email !== email) node.firstChild.removeAttribute("aria-current");
      else if (!node.firstChild.hasAttribute("aria-current")) {
        node.firstChild.setAttribute("aria-current", "true");
        node.scrollIntoView({ block: "nearest" });
      }
    }
  }
}

/** Partners in the order they came, then the vendor's own people, and whoever is neither. */
function groups(people, vendor) {
  const found = new Map();
  const put = (name, person) => found.set(name, [...(found.get(name) || []), person]);
  const own = people.filter((person) => isVendors(person, vendor));
  const visitors = people.filter(isVisitor);
  for (const person of people) if (!own.includes(person) && !visitors.includes(person)) put(person.partner, person);
  for (const person of own) put(vendor ? `${vendor} team` : "The vendor’s team", person);
  for (const person of visitors) put("Not in the programme", person);
  return [...found];
}

/** A link, so that a second person can be opened in a second tab. */
function drawPerson(person, choose) {
  const href = `?${new URLSearchParams({ person: person.email })}`;
  return el(
    "a",
    { class: "person", href, click: onPlainClick(() => choose(person)) },
    avatar(person),
    el(
      "span",
      { class: "person-words" },
      el("span", { class: "person-name", dir: "auto" }, person.name),
      el("span", { class: "person-role" }, role(person)),
    ),
  );
}
