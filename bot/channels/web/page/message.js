// Draws one message.
import { drawCard } from "./cards.js";
import { el, icon, link } from "./dom.js";
import { drawMenu } from "./menu.js";
import { ownActions } from "./own.js";
import { avatar } from "./people.js";

const ASSISTANT = "Portal Assistant";
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/**
 * @param {import("./api.js").Message} message
 * @param {(button: object) => Promise<unknown>} press
 * @param {import("./api.js").Person[]} people who may have written it
 * @param {{edit: (text: string) => void, remove: () => void} | null} change where it may be changed
 * @param {import("./menu.js").Menu | null} menu what else can be done with it, once the server has it
 */
export function drawMessage(message, press, people, change = null, menu = null) {
  const mine = message.from === "me";
  const author = people.find((person) => person.email === message.from);
  const [toggle, actions] = menu && message.changed !== "deleted" ? drawMenu(menu) : [];
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
        toggle,
      ),
      actions,
      drawWords(message, change),
      message.card && drawCard(message.card, press),
    ),
  );
}

/** What a person wrote, and the files that went along. */
function drawWords(message, change) {
  if (message.changed === "deleted") return el("p", { class: "bubble gone" }, "This message was deleted.");
  const bubble = el("p", { class: "bubble", dir: "auto" }, message.text);
  const files = (message.links || []).map(({ name, url }) => el("p", { class: "file", dir: "auto" }, link(url, `📎 ${name}`)));
  return [
    message.text && bubble,
    ...files,
    message.changed === "edited" && el("p", { class: "changed" }, "edited"),
    change && ownActions(message, bubble, change),
  ].filter(Boolean);
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
