// Draws one message.
import { drawCard } from "./cards.js";
import { el, icon } from "./dom.js";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/**
 * @param {import("./api.js").Message} message
 * @param {(button: object) => Promise<unknown>} press
 */
export function drawMessage(message, press) {
  const mine = message.from === "me";
  return el(
    "article",
    { class: `message ${mine ? "mine" : "theirs"}`, tabindex: "-1", "data-id": message.id || null },
    !mine && el("span", { class: "mark", "aria-hidden": "true" }, icon("assistant")),
    el(
      "div",
      { class: "said" },
      el(
        "p",
        { class: "from" },
        el("span", { class: mine ? "hidden-label" : "name" }, mine ? "You" : "Portal Assistant"),
        " ",
        drawTime(message.at),
        message.private && el("span", { class: "private" }, icon("private"), "Only you can see this"),
      ),
      message.text && el("p", { class: "bubble", dir: "auto" }, message.text),
      message.card && drawCard(message.card, press),
    ),
  );
}

function drawTime(at) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return null;
  const today = when.toDateString() === new Date().toDateString();
  return el("time", { datetime: at, title: dayAndTime.format(when) }, (today ? time : dayAndTime).format(when));
}
