// Where one can be: what each place is called, who may be there, and the signs in the side that something is new.
import { el } from "./dom.js";
import { described, isVendors, isVisitor } from "./people.js";

/**
 * In the order of the links in index.html. `channel`: the vendor's own people read and write there, in threads; with a
 * `role`, those who have it.
 */
export const PLACES = {
  chat: { title: "Chat" },
  home: { title: "Home" },
  support: {
    title: "Support channel",
    channel: true,
    subtitle: "What partners want a person for; your whole team reads this",
    empty: "When a partner asks for a person or opens a ticket, it appears here.",
  },
  managers: {
    title: "Managers' channel",
    channel: true,
    subtitle: "What channel managers decide; all of them read this",
    empty: "When a deal needs a decision, or somebody asks for access, it appears here.",
  },
  operators: {
    title: "Operators' channel",
    channel: true,
    role: "operator",
    subtitle: "What is stuck, late or has failed; all operators read this",
    empty: "When something did not happen that should have, it appears here, once.",
  },
};

const MOST = 9;
const $ = (id) => document.getElementById(id);

/** @param {import("./api.js").Person} person */
export const placesOf = (person, vendor) =>
  Object.keys(PLACES).filter((place) => {
    const { channel, role } = PLACES[place];
    return !channel || (isVendors(person, vendor) && (!role || person.role === role));
  });

export function subtitle(person, place, vendor) {
  if (PLACES[place].subtitle) return PLACES[place].subtitle;
  if (isVisitor(person)) return "You are somebody new, whom the programme does not know";
  return `You are ${person.name}, ${described(person, vendor)}`;
}

export class Places {
  /** @param {(place: string, event: Event) => void} go */
  constructor(go, onPlainClick) {
    for (const place of Object.keys(PLACES)) {
      const badge = el("span", { class: "badge", hidden: true });
      $(`place-${place}`).append(badge);
      $(`place-${place}`).addEventListener("click", onPlainClick(() => go(place)));
    }
  }

  /** @param {string[]} open where this person may be */
  show(open, current) {
    for (const place of Object.keys(PLACES)) {
      const link = $(`place-${place}`);
      link.hidden = !open.includes(place);
      if (place === current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** So many messages have not been seen there. */
  sign(place, number) {
    const badge = $(`place-${place}`).querySelector(".badge");
    const words = number ? `${number > MOST ? `${MOST}+` : number}` : "";
    if (badge.dataset.words === words) return;
    badge.dataset.words = words;
    badge.hidden = !number;
    badge.replaceChildren(words, number ? el("span", { class: "hidden-label" }, " new") : "");
  }
}
