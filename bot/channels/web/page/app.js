// The page: who the visitor is, where they are, and what is asked of the server when.
import { Refused, get } from "./api.js";
import { drawCard } from "./cards.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { el, icon, onPlainClick } from "./dom.js";
import { People, avatar, described, examples, isVisitor } from "./people.js";
import { PLACES, Places, placesOf, subtitle } from "./places.js";
import { seeUntil, seenUntil } from "./seen.js";
import { Side } from "./side.js";

const POLL_MS = 2_000;
const PRODUCT = "Portal Assistant";

const $ = (id) => document.getElementById(id);

class Page {
  /** @param {{vendor: string, people: import("./api.js").Person[], commands: {name: string, does: string}[], shortcuts: object[]}} world */
  constructor(world) {
    this.world = world;
    this.conversations = new Map();
    this.side = new Side();
    this.people = new People(world.people, world.vendor, (person) => this.choose(person));
    this.places = new Places((place) => this.go(this.person, place), onPlainClick);
    this.composer = new Composer(world.commands, (text) => this.conversation("chat").say(text));
    this.failedPolls = 0;
    this.listen();
    this.show();
    this.beat();
  }

  listen() {
    addEventListener("popstate", () => this.show());
    document.addEventListener("visibilitychange", () => this.poll());
    $("skip").addEventListener("click", (event) => {
      event.preventDefault();
      $("main").focus();
    });
  }

  /** Where the visitor may be. */
  get open() {
    return placesOf(this.person, this.world.vendor);
  }

  /** Those of them where messages are. */
  get talks() {
    return this.open.filter((place) => place !== "home");
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
    this.place = this.open.includes(asked.get("place")) ? asked.get("place") : "chat";
    this.showPlace();
    this.sign();
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
    this.places.show(this.open, place);
    this.head(PLACES[place].title, subtitle(person, place, this.world.vendor));
    if (place === "chat") this.composer.show();
    else this.composer.hide();
    if (place === "home") return this.showHome();
    const conversation = this.conversation(place);
    $("view").replaceChildren(conversation.node);
    conversation.reveal(seenUntil(person, place));
  }

  head(title, subtitle) {
    $("title").textContent = title;
    $("subtitle").textContent = subtitle;
    document.title = [...new Set([title, this.person?.name, PRODUCT])].filter(Boolean).join(" · ");
  }

  /** @param {"chat" | "support" | "managers" | "operators"} place */
  conversation(place) {
    const { person, world } = this;
    const key = `${place} ${person.email}`;
    if (!this.conversations.has(key)) {
      const welcome = place === "chat" ? this.welcome(person) : emptyChannel(PLACES[place].empty);
      const made = new Conversation(person, place, world, welcome);
      made.settled = (answer, news) => this.settled(made, answer, news);
      this.conversations.set(key, made);
    }
    return this.conversations.get(key);
  }

  settled(conversation, answer, news) {
    if (this.person !== conversation.person) return;
    if (this.place === "home" && news && !answer.form) this.fromHomeToChat();
    this.poll();
  }

  /** What came of a press on the Home is in the chat. */
  fromHomeToChat() {
    this.go(this.person, "chat");
    $("main").focus();
  }

  welcome(person) {
    if (isVisitor(person)) return stranger();
    const say = (text) => this.conversation("chat").say(text);
    const chips = person.suggestions.map((text) =>
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
      hold.append(drawCard(card, (button) => this.conversation("chat").press(button)));
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      const again = () => this.show();
      const button = el("button", { type: "button", class: "button default small", click: again }, "Try again");
      const parts = [el("p", { dir: "auto" }, refusal.message), refusal.again && button];
      hold.append(el("div", { class: "failure", role: "alert" }, parts));
    }
    if (this.person === person && this.place === "home") $("view").replaceChildren(scroller);
  }

  /** Ask for news again and again, while anybody can see them. */
  async beat() {
    await this.poll();
    setTimeout(() => this.beat(), POLL_MS);
  }

  async poll() {
    if (document.visibilityState !== "visible" || !this.person) return;
    const { person } = this;
    try {
      await Promise.all(this.talks.map((place) => this.conversation(place).poll()));
      this.failedPolls = 0;
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      this.failedPolls += 1;
    }
    if (this.person === person) this.sign();
    const words = this.failedPolls > 1 ? "Not connected. Trying again…" : "";
    if ($("connection").textContent !== words) $("connection").textContent = words;
  }

  /** What the visitor looks at is seen; beside the other places it says how much is new there. */
  sign() {
    for (const place of this.talks) {
      const news = this.conversation(place).news(seenUntil(this.person, place));
      const here = place === this.place;
      if (here && news.length) seeUntil(this.person, place, Math.max(...news.map(({ at }) => at)));
      this.places.sign(place, here ? 0 : news.length);
    }
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

const stranger = () => [
  bigMark(),
  el("h2", {}, "Nobody knows you here yet"),
  el("p", {}, "You are somebody who is in no partner’s list. Write anything, and see how newcomers ask for access."),
];

const emptyChannel = (words) => [el("h2", {}, "Nothing here yet"), el("p", {}, words)];

async function start() {
  try {
    new Page(await get("/api/people"));
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal;
    notice(refusal.message, "", "Try again", start);
  }
}

start();
