// Up to when somebody has seen a conversation, kept in the browser: a reload makes nothing new again.

const KEY = "portal-assistant-seen";

/** Where storage is forbidden, it is known until the page is left. */
const here = new Map();

const key = (person, place) => `${KEY}:${place}:${person.email}`;

/** @returns {number} milliseconds; 0 if never */
export function seenUntil(person, place) {
  const name = key(person, place);
  try {
    return Math.max(Number(localStorage.getItem(name)) || 0, here.get(name) || 0);
  } catch {
    return here.get(name) || 0;
  }
}

export function seeUntil(person, place, at) {
  if (at <= seenUntil(person, place)) return;
  here.set(key(person, place), at);
  try {
    localStorage.setItem(key(person, place), String(at));
  } catch {
    // known in this page only
  }
}
