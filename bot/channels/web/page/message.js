// Draws one message.
import { drawCard } from "./cards.js";
import { el, icon } from "./dom.js";
import { avatar } from "./people.js";

const ASSISTANT = "Portal Assistant";
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/**
 * @param {import("./api.js").Message} message
 * @param {(button: object) => Promise<unknown>} press
 * @param {import("./api.js").Person[]} people who may have written it
 */
export function drawMessage(message, press, people) {
  const mine = message.from === "me";
  const author = people.find((person) => person.email === message.from);
  const name = author?.name || (message.from === "assistant" ? ASSISTANT : message.from);
  return el(
    "article",
    { class: `message ${mine ? "mine" : "theirs"}`, tabindex: "-1", "data-id": message.id || null },
    !mine && (author ? avatar(author) : el("span", { class: "mark", "aria-hidden": "true" }, icon("assistant"))),
    el(
      "div",
      { class: "said" },
      el(
        "p",
        { class: "from" },
        el("span", { class: mine ? "hidden-label" : "name", dir: "auto" }, mine ? "You" : name),
        " ",
        drawTime(message.at),
        message.private && el("span", { class: "private" }, icon("private"), "Only you can see this"),
      ),
      message.text && el("p", { class: "bubble", dir: "auto" }, message.text),
      message.card && drawCard(message.card, press),
    ),
  );
}

/** Puts the new drawing where the old was; a reader who was inside stays inside. */
export function redraw(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  fresh.hidden = old.hidden;
  Object.assign(fresh.dataset, { ...old.dataset });
  old.replaceWith(fresh);
  if (!focused) return;
  const { action, value } = focused.dataset;
  const same = [...fresh.querySelectorAll("button")].find(
    (button) => button.dataset.action === action && button.dataset.value === value,
  );
  (same || fresh).focus({ preventScroll: true });
}

function drawTime(at) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return null;
  const today = when.toDateString() === new Date().toDateString();
  return el("time", { datetime: at, title: dayAndTime.format(when) }, (today ? time : dayAndTime).format(when));
}
