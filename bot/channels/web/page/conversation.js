// What one person, the assistant and others said to each other in one place.
import { Refused, get, newId, post } from "./api.js";
import { el, icon } from "./dom.js";
import { drawFailure } from "./failure.js";
import { openForm } from "./form.js";
import { drawMessage, redraw } from "./message.js";
import { Scroll } from "./scroll.js";
import { Thread } from "./thread.js";

/** @typedef {{id: string, thread: string}} Spot a message, and the one it stands under; both "" for the Home */
const NOWHERE = { id: "", thread: "" };

export class Conversation {
  /**
   * @param {import("./api.js").Person} person
   * @param {"chat" | "support" | "managers" | "operators"} place
   * @param {{people: import("./api.js").Person[], shortcuts: object[]}} world everybody, to name who writes, and what
   *   can be done with a message
   * @param {Node[]} welcome what stands here while nothing has been said
   */
  constructor(person, place, { people, shortcuts }, welcome) {
    Object.assign(this, { person, place, people, shortcuts, cursor: "", underWay: 0, busy: 0, loaded: false });
    /** @type {Map<string, {message: object, as: string, node: HTMLElement, at: number, thread?: Thread}>} */
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
    this.receive(answer);
    this.loaded = true;
    this.log.setAttribute("aria-live", "polite"); // from here on; the past is not read aloud
    this.greet();
  }

  greet() {
    this.welcome.hidden = [this.log, this.waiting, this.failures].some((part) => part.hasChildNodes());
  }

  /** What others wrote after this time (in milliseconds), oldest first. */
  news(since) {
    return [...this.shown.values()].filter(({ message, at }) => message.from !== "me" && at > since);
  }

  /** From the end on; what is new and not in sight there is led to. */
  reveal(since) {
    this.scroll.toEnd();
    const [first] = this.news(since);
    if (first) this.scroll.announce(first.node);
  }

  /** Say something; until the server has it, it stands as a faint bubble. `root`: under this message. */
  async say(text, root = "", links = [], id = newId()) {
    const { waiting, failures } = this.shown.get(root)?.thread || this;
    const bubble = drawMessage({ id: "", from: "me", text, links, at: new Date().toISOString() }, null, []);
    bubble.classList.add("unsent");
    waiting.append(bubble);
    if (this.welcome.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
    this.greet();
    if (root) bubble.scrollIntoView({ block: "nearest" });
    else this.scroll.toEnd();
    const again = () => this.say(text, root, links, id);
    await this.act("/api/say", { id, text, thread: root, links }, again, { bubble, failures });
  }

  /** Change a reply of one's own, or take it back. */
  async change(path, message, text = "", id = newId()) {
    const { failures } = this.shown.get(message.thread)?.thread || this;
    const again = () => this.change(path, message, text, id);
    await this.act(path, { id, message: message.id, text }, again, { failures });
  }

  /** @param {Spot} spot the message that carries the button */
  async press(button, spot = NOWHERE, id = newId()) {
    const body = { id, ...named(spot), action: button.action, value: button.value };
    const answer = await this.act("/api/press", body, () => this.press(button, spot, id));
    if (answer?.form) this.ask(answer.form, spot);
    return answer;
  }

  /** An action on a message. @param {Spot} spot the message */
  async shortcut(name, spot, id = newId()) {
    const body = { id, ...named(spot), action: name };
    const answer = await this.act("/api/shortcut", body, () => this.shortcut(name, spot, id));
    if (answer?.form) this.ask(answer.form, spot);
  }

  /** @param {Spot} spot the message whose button opened the form: it may change with what is sent */
  ask(form, spot = NOWHERE) {
    const submit = async (asked, values, id) => {
      const body = { id, ...named(spot), form: asked.name, context: asked.context, values };
      const answer = await this.send("/api/submit", body);
      this.take(answer);
      return answer.form;
    };
    const close = (asked, values, said) => {
      const body = { id: newId(), ...named(spot), form: asked.name, context: asked.context, values };
      if (said) this.close(body);
      else this.send("/api/close", body).catch(() => {}); // nothing is lost by it
    };
    openForm(form, { submit, close }, () => this.node.closest("main")?.focus());
  }

  /** A dialog was left with something in it: the server may keep it, and say so. */
  async close(body) {
    await this.act("/api/close", body, () => this.close(body));
  }

  /** Told when an own action ended, before what came of it is shown; the page's, to be set from outside. */
  settled() {}

  /** An own action: shows that it is under way, what came of it, or why nothing did and how to try again. */
  async act(path, body, again, { bubble, failures = this.failures } = {}) {
    this.working(+1);
    try {
      const answer = await this.send(path, body);
      bubble?.remove();
      this.take(answer);
      if (path === "/api/say" && answer.form) this.ask(answer.form); // a command
      return answer;
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      this.fail(refusal, again, failures, bubble);
      return null;
    } finally {
      this.working(-1);
    }
  }

  async send(path, body) {
    this.underWay += 1;
    try {
      const asked = { person: this.person.email, place: this.place, ...body };
      return await post(path, asked, { last: path === "/api/close" });
    } finally {
      this.underWay -= 1;
    }
  }

  take(answer) {
    this.settled(answer, answer.messages.some((message) => this.shown.get(message.id)?.as !== JSON.stringify(message)));
    this.receive(answer, { own: true });
  }

  /** Shows the messages; one that is there already is drawn anew in its place, and what is gone vanishes. */
  receive({ messages, gone }, { own = false } = {}) {
    gone.forEach((id) => this.drop(id));
    const { followed, result } = this.scroll.keeping(() => messages.map((message) => this.show(message)));
    const added = result.filter(Boolean);
    this.greet();
    if (!added.length || !(this.loaded || own)) return;
    const first = this.loaded ? added[0] : added.at(-1); // an own action may come before the past was fetched
    if (first.closest(".thread")) this.cameInThread(added.at(-1), own);
    else if (own || followed) this.scroll.toStartOf(first);
    else this.scroll.announce(first);
  }

  /** A reply may be far from where the reader is: only who wrote one is taken there. */
  cameInThread(reply, own) {
    if (own) reply.closest(".entry").querySelector(".thread").lastElementChild.scrollIntoView({ block: "nearest" });
    else this.scroll.announce(reply);
  }

  /** @returns {HTMLElement | null} what was added */
  show(message) {
    const as = JSON.stringify(message);
    const old = this.shown.get(message.id);
    if (old?.as === as) return null;
    const press = (button) => this.press(button, message);
    const menu = { shortcuts: this.shortcuts, act: (name) => this.shortcut(name, message) };
    const node = drawMessage(message, press, this.people, this.changes(message), menu);
    const at = old ? old.at : Date.parse(message.at) || 0;
    this.shown.set(message.id, { message, as, node, at, thread: old?.thread });
    if (old) redraw(old.node, node);
    else this.insert(message, node, at);
    this.shown.get(message.id).thread?.name(message.card?.title);
    return old ? null : node;
  }

  /** What was written under it stays. */
  drop(id) {
    const { node, thread } = this.shown.get(id) || {};
    this.shown.delete(id);
    if (thread && !thread.list.hasChildNodes()) node.closest(".entry").remove();
    else node?.remove();
  }

  insert(message, node, at) {
    const root = message.thread && this.shown.get(message.thread);
    if (root?.thread) {
      root.thread.add(node, at);
      return;
    }
    const thread = new Thread(this.isOpen(message) ? (text, links) => this.say(text, message.id, links) : null);
    this.shown.get(message.id).thread = thread;
    const entry = el("div", { class: "entry", "data-at": at }, node, thread.node);
    const later = [...this.log.children].find((other) => Number(other.dataset.at) > at);
    this.log.insertBefore(entry, later || null);
  }

  /** What can be done with a message: one's own replies have been carried on, and follow their original. */
  changes(message) {
    if (message.from !== "me" || !message.thread || message.changed === "deleted") return null;
    return {
      edit: (text) => this.change("/api/edit", message, text),
      remove: () => this.change("/api/delete", message),
    };
  }

  /** Whether this message can be replied to. */
  isOpen(message) {
    return !message.private && !message.thread && Boolean(message.card || this.place !== "chat");
  }

  working(change) {
    this.busy += change;
    const dots = () => el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.status.replaceChildren(...(this.busy ? [dots(), "Working…"] : []));
  }

  fail(refusal, again, failures, bubble) {
    this.settled({}, true);
    const leave = () => {
      bubble?.remove();
      this.greet();
    };
    const retry = () => {
      this.scroller.focus({ preventScroll: true });
      again();
    };
    const line = drawFailure(refusal, retry, leave);
    this.scroll.keeping(() => failures.append(line));
    if (failures !== this.failures) line.scrollIntoView({ block: "nearest" });
  }
}

/** @param {Spot} spot */
const named = (spot) => ({ message: spot.id, thread: spot.thread });
