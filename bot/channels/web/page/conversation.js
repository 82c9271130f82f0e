// What one person and the assistant said to each other in one place.
import { Refused, get, newId, post } from "./api.js";
import { el, freshId, icon } from "./dom.js";
import { openForm } from "./form.js";
import { drawMessage } from "./message.js";
import { Scroll } from "./scroll.js";

export class Conversation {
  /**
   * @param {import("./api.js").Person} person
   * @param {"chat" | "support"} place
   * @param {Node[]} welcome what stands here while nothing has been said
   */
  constructor(person, place, welcome) {
    this.person = person;
    this.place = place;
    this.cursor = "";
    this.underWay = 0;
    this.loaded = false;
    /** @type {Map<string, {node: HTMLElement, as: string, at: number}>} */
    this.shown = new Map();
    this.draw(welcome);
    this.scroll = new Scroll(this.scroller, this.newer);
  }

  draw(welcome) {
    this.welcome = el("div", { class: "welcome", hidden: true }, welcome);
    this.log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "Conversation" });
    this.waiting = el("div", { class: "waiting" });
    this.failures = el("div", { class: "failures" });
    this.status = el("div", { class: "working", role: "status" });
    this.newer = el("button", { type: "button", class: "newer", hidden: true }, icon("down"), "New messages");
    const column = el("div", { class: "column" }, this.welcome, this.log, this.waiting, this.failures, this.status);
    this.scroller = el(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Messages" },
      column,
    );
    this.node = el("div", { class: "conversation" }, this.scroller, this.newer);
  }

  /** Fetch what is new. Throws Refused. */
  async poll() {
    const answer = await get("/api/messages", { person: this.person.email, place: this.place, after: this.cursor });
    if (this.underWay) return; // the answer of an own action brings the same, and removes what stands for it
    this.cursor = answer.cursor;
    this.receive(answer.messages);
    this.loaded = true;
    this.log.setAttribute("aria-live", "polite"); // from here on; the past is not read aloud
    this.greet();
  }

  greet() {
    this.welcome.hidden = [this.log, this.waiting, this.failures].some((part) => part.hasChildNodes());
  }

  /** Say something; until the server has it, it stands as a faint bubble. */
  async say(text, id = newId()) {
    const bubble = drawMessage({ id: "", from: "me", text, at: new Date().toISOString() });
    bubble.classList.add("unsent");
    this.waiting.append(bubble);
    if (this.welcome.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
    this.greet();
    this.scroll.toEnd();
    await this.act("/api/say", { id, text }, () => this.say(text, id), bubble);
  }

  /** @param {string} message the id of the message that carries the button; "" for the Home */
  async press(button, message, id = newId()) {
    const body = { id, place: this.place, message, action: button.action, value: button.value };
    const answer = await this.act("/api/press", body, () => this.press(button, message, id));
    if (answer?.form) this.ask(answer.form, message);
    return answer;
  }

  /** @param {string} message the id of the message whose button opened the form: it may change with what is sent */
  ask(form, message) {
    const submit = async (values, id) => {
      const body = { id, place: this.place, message, form: form.name, context: form.context, values };
      const answer = await this.send("/api/submit", body);
      this.settled(answer);
      this.receive(answer.messages, { own: true });
    };
    openForm(form, submit, () => this.node.closest("main")?.focus());
  }

  /** Told when an own action went through, before its messages are shown; the page's, to be set from outside. */
  settled() {}

  /** An own action: shows that it is under way, what came of it, or why nothing did and how to try again. */
  async act(path, body, again, bubble) {
    this.working(+1);
    try {
      const answer = await this.send(path, body);
      bubble?.remove();
      this.settled(answer);
      this.receive(answer.messages, { own: true });
      return answer;
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      this.fail(refusal, again, bubble);
      return null;
    } finally {
      this.working(-1);
    }
  }

  async send(path, body) {
    this.underWay += 1;
    try {
      return await post(path, { person: this.person.email, ...body });
    } finally {
      this.underWay -= 1;
    }
  }

  /** Shows the messages; one that is there already is drawn anew in its place. */
  receive(messages, { own = false } = {}) {
    const { followed, result } = this.scroll.keeping(() => messages.map((message) => this.show(message)));
    const added = result.filter(Boolean);
    this.greet();
    if (!added.length || !(this.loaded || own)) return;
    // An own action may come before the past was fetched, and bring all of it: then only the last is new.
    if (own || followed) this.scroll.toStartOf(this.loaded ? added[0] : added.at(-1));
    else this.scroll.announce();
  }

  /** @returns {HTMLElement | null} what was added */
  show(message) {
    const as = JSON.stringify(message);
    const old = this.shown.get(message.id);
    if (old?.as === as) return null;
    const node = drawMessage(message, (button) => this.press(button, message.id));
    const at = old ? old.at : Date.parse(message.at) || 0;
    this.shown.set(message.id, { node, as, at });
    if (!old) return this.insert(node, at);
    replace(old.node, node);
    return null;
  }

  insert(node, at) {
    node.dataset.at = String(at);
    const later = [...this.log.children].find((other) => Number(other.dataset.at) > at);
    this.log.insertBefore(node, later || null);
    return node;
  }

  working(change) {
    this.busy = (this.busy || 0) + change;
    const dots = () => el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.status.replaceChildren(...(this.busy ? [dots(), "Working…"] : []));
  }

  fail(refusal, again, bubble) {
    const id = freshId("failure");
    const leave = () => {
      line.remove();
      bubble?.remove();
      this.greet();
    };
    const retry = () => {
      leave();
      this.scroller.focus({ preventScroll: true });
      again();
    };
    const button = (label, click) =>
      el("button", { type: "button", class: "button default small", "aria-describedby": id, click }, label);
    const line = el(
      "div",
      { class: "failure", role: "alert" },
      el("p", { id, dir: "auto" }, refusal.message || "That did not go through."),
      refusal.again && button("Try again", retry),
      button("Dismiss", leave),
    );
    this.scroll.keeping(() => this.failures.append(line));
  }
}

/** Puts the new drawing where the old was; a reader who was inside stays inside. */
function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  fresh.dataset.at = old.dataset.at;
  old.replaceWith(fresh);
  if (!focused) return;
  const { action, value } = focused.dataset;
  const same = [...fresh.querySelectorAll("button")].find(
    (button) => button.dataset.action === action && button.dataset.value === value,
  );
  (same || fresh).focus({ preventScroll: true });
}
