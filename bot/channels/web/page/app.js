// The page: who the visitor is, where they are, and what is asked of the server when.
import { Refused, get } from "./api.js";
import { drawCard } from "./cards.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { el, icon, onPlainClick } from "./dom.js";
import { People, avatar, described, examples, isVendors } from "./people.js";
import { Side } from "./side.js";

const POLL_MS = 2_000;
const PRODUCT = "Portal Assistant";
const PLACES = { chat: "Chat", home: "Home", support: "Support channel" };

const $ = (id) => document.getElementById(id);

class Page {
  /** @param {{vendor: string, people: import("./api.js").Person[], suggestions: string[]}} world */
  constructor(world) {
    this.world = world;
    this.conversations = new Map();
    this.side = new Side();
    this.people = new People(world.people, world.vendor, (person) => this.choose(person));
    this.composer = new Composer((text) => this.conversation("chat").say(text));
    this.failedPolls = 0;
    this.listen();
    this.show();
    this.beat();
  }

  listen() {
    for (const place of Object.keys(PLACES)) {
      $(`place-${place}`).addEventListener("click", onPlainClick(() => this.go(this.person, place)));
    }
    addEventListener("popstate", () => this.show());
    document.addEventListener("visibilitychange", () => this.poll());
    $("skip").addEventListener("click", (event) => {
      event.preventDefault();
      $("main").focus();
    });
  }

  get vendors() {
    return isVendors(this.person, this.world.vendor);
  }

  choose(person) {
    this.go(person, this.place === "home" ? "home" : "chat");
    const onPhone = this.side.close();
    if (!onPhone && !$("composer").hidden) this.composer.focus();
  }

  go(person, place) {
    const address = `?${new URLSearchParams({ person: person.email, place })}`;
    if (address !== location.search) history.pushState(null, "", address);
    this.show();
  }

  /** Draw what the address names. */
  show() {
    const asked = new URLSearchParams(location.search);
    this.person = this.world.people.find((person) => person.email === asked.get("person"));
    $("places").hidden = !this.person;
    this.side.mark(this.person);
    this.people.mark(this.person?.email);
    if (!this.person) return this.showNobody();
    this.place = asked.get("place") in PLACES ? asked.get("place") : "chat";
    if (this.place === "support" && !this.vendors) this.place = "chat";
    this.showPlace();
    this.poll();
  }

  showNobody() {
    this.place = "chat";
    this.head(PRODUCT, "");
    this.composer.hide();
    const open = () => this.side.open();
    notice("Who do you want to be?", introduction(this.world), "Choose from everybody", open, this.examples());
  }

  /** A few people to begin with, since a stranger knows none of the names. */
  examples() {
    const { people, vendor } = this.world;
    return examples(people, vendor).map((person) =>
      el(
        "li",
        {},
        el(
          "button",
          { type: "button", class: "start", click: () => this.choose(person) },
          avatar(person),
          el(
            "span",
            { class: "person-words" },
            el("span", { class: "person-name", dir: "auto" }, person.name),
            el("span", { class: "person-role", dir: "auto" }, described(person, vendor)),
          ),
        ),
      ),
    );
  }

  showPlace() {
    const { person, place } = this;
    for (const name of Object.keys(PLACES)) {
      if (name === place) $(`place-${name}`).setAttribute("aria-current", "page");
      else $(`place-${name}`).removeAttribute("aria-current");
    }
    $("place-support").hidden = !this.vendors;
    this.head(PLACES[place], this.subtitle(person, place));
    if (place === "chat") this.composer.show();
    else this.composer.hide();
    if (place === "home") return this.showHome();
    const conversation = this.conversation(place);
    $("view").replaceChildren(conversation.node);
    conversation.scroll.toEnd();
  }

  subtitle(person, place) {
    if (place === "support") return "What partners want a person for; your whole team reads this";
    return `You are ${person.name}, ${described(person, this.world.vendor)}`;
  }

  head(title, subtitle) {
    $("title").textContent = title;
    $("subtitle").textContent = subtitle;
    document.title = [...new Set([title, this.person?.name, PRODUCT])].filter(Boolean).join(" · ");
  }

  /** @param {"chat" | "support"} place */
  conversation(place) {
    const key = `${place} ${this.person.email}`;
    if (!this.conversations.has(key)) {
      const welcome = place === "chat" ? this.welcome(this.person) : emptyChannel();
      const made = new Conversation(this.person, place, welcome);
      made.settled = (answer) => this.settled(made, answer);
      this.conversations.set(key, made);
    }
    return this.conversations.get(key);
  }

  settled(conversation, answer) {
    if (this.person !== conversation.person) return;
    if (this.place === "home" && !answer.form) this.fromHomeToChat();
    this.poll();
  }

  /** What came of a press on the Home is in the chat. */
  fromHomeToChat() {
    this.go(this.person, "chat");
    $("main").focus();
  }

  welcome(person) {
    const say = (text) => this.conversation("chat").say(text);
    const chips = this.world.suggestions.map((text) =>
      el("li", {}, el("button", { type: "button", class: "suggestion", dir: "auto", click: () => say(text) }, text)),
    );
    return [
      bigMark(),
      el("h2", { dir: "auto" }, `Hello, ${person.name.split(/\s+/)[0]}`),
      el("p", {}, "Ask about products, deals, training or support. Answers come with their source."),
      chips.length > 0 && el("ul", { class: "suggestions", role: "list", "aria-label": "Suggested questions" }, chips),
    ];
  }

  async showHome() {
    const { person } = this;
    const hold = el("div", { class: "column home" });
    const scroller = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Home" }, hold);
    if (!$("view").querySelector(".home")) $("view").replaceChildren(scroller);
    try {
      const { card } = await get("/api/home", { person: person.email });
      hold.append(drawCard(card, (button) => this.pressHome(button)));
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      const again = () => this.show();
      const button = el("button", { type: "button", class: "button default small", click: again }, "Try again");
      const parts = [el("p", { dir: "auto" }, refusal.message), refusal.again && button];
      hold.append(el("div", { class: "failure", role: "alert" }, parts));
    }
    if (this.person === person && this.place === "home") $("view").replaceChildren(scroller);
  }

  async pressHome(button) {
    const { person } = this;
    const answer = await this.conversation("chat").press(button, "");
    if (!answer && this.person === person && this.place === "home") this.fromHomeToChat();
  }

  /** Ask for news again and again, while anybody can see them. */
  async beat() {
    await this.poll();
    setTimeout(() => this.beat(), POLL_MS);
  }

  async poll() {
    if (document.visibilityState !== "visible" || !this.person || this.place === "home") return;
    try {
      await this.conversation(this.place).poll();
      this.failedPolls = 0;
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      this.failedPolls += 1;
    }
    const words = this.failedPolls > 1 ? "Not connected. Trying again…" : "";
    if ($("connection").textContent !== words) $("connection").textContent = words;
  }
}

const bigMark = () => el("span", { class: "mark big", "aria-hidden": "true" }, icon("assistant"));

function introduction({ vendor, people }) {
  if (!people.length) return "Nobody is here yet: `portal import contacts FILE.csv` brings people in.";
  const whose = vendor ? `the partner programme of ${vendor}, a vendor that does not exist` : "your partner programme";
  return `This assistant answers questions about ${whose}. What it shows depends on who asks, so choose somebody and ask as they would.`;
}

/** Fills the view with one thing to do, and with examples of it. */
function notice(title, words, label, act, examples = []) {
  const kind = `button ${examples.length ? "default only-phone" : "primary"}`;
  const button = el("button", { type: "button", class: kind, click: act }, label);
  const list = examples.length > 0 && el("ul", { class: "starts", role: "list", "aria-label": "Some of them" }, examples);
  const parts = [bigMark(), el("h2", {}, title), words && el("p", {}, words), list, button];
  $("view").replaceChildren(el("div", { class: "scroller" }, el("div", { class: "nobody" }, parts)));
}

const emptyChannel = () => [
  el("h2", {}, "Nothing here yet"),
  el("p", {}, "When a partner asks for a person, or a deal needs a decision, it appears here."),
];

async function start() {
  try {
    new Page(await get("/api/people"));
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal;
    notice(refusal.message, "", "Try again", start);
  }
}

start();
