// The replies under a message, and the box in which one is written.
import { el, freshId, icon } from "./dom.js";
import { Attach } from "./attach.js";
import { writing } from "./writing.js";

const NEWEST = 2; // replies in sight while the thread is folded

export class Thread {
  /** @param {((text: string, links: object[]) => void) | null} say null where nobody may reply */
  constructor(say) {
    this.unfolded = false;
    this.list = el("div", { class: "replies", id: freshId("replies"), role: "group", "aria-label": "Replies" });
    this.toggle = el("button", {
      type: "button",
      class: "thread-toggle",
      "aria-controls": this.list.id,
      hidden: true,
      click: () => this.unfold(!this.unfolded),
    });
    this.about = el("span", { id: freshId("about"), hidden: true });
    this.waiting = el("div", { class: "waiting" });
    this.failures = el("div", { class: "failures" });
    this.node = el("div", { class: "thread" }, this.toggle, this.list, this.waiting, this.failures);
    if (say) this.node.append(this.draw(say));
  }

  draw(say) {
    this.opener = el(
      "button",
      {
        type: "button",
        class: "thread-reply",
        "aria-describedby": this.about.id,
        click: () => this.open(),
      },
      icon("reply"),
      "Reply in thread",
    );
    this.box = el("textarea", {
      rows: "1",
      dir: "auto",
      placeholder: "Write a reply",
      "aria-label": "Your reply",
      "aria-describedby": this.about.id,
      enterkeyhint: "send",
    });
    const send = el("button", { type: "submit", class: "send", "aria-label": "Send the reply" }, icon("send"));
    const attach = new Attach();
    const parts = [attach.button, this.box, send, attach.box];
    this.form = el("form", { class: "composer-box reply", hidden: true, keydown: (event) => this.key(event) }, parts);
    writing(this.form, this.box, send, say, attach);
    return el("div", { class: "thread-foot" }, this.about, this.opener, this.form);
  }

  /** What the message is about, for those who hear the page: there are as many of these buttons as messages. */
  name(title) {
    this.about.textContent = title || "";
  }

  open() {
    this.opener.hidden = true;
    this.form.hidden = false;
    this.box.focus();
  }

  /** What was written stays in the box. */
  key(event) {
    if (event.key !== "Escape") return;
    this.form.hidden = true;
    this.opener.hidden = false;
    this.opener.focus();
  }

  /** @param {HTMLElement} reply */
  add(reply, at) {
    reply.dataset.at = String(at);
    const later = [...this.list.children].find((other) => Number(other.dataset.at) > at);
    this.list.insertBefore(reply, later || null);
    this.unfold(this.unfolded);
  }

  unfold(unfolded) {
    this.unfolded = unfolded;
    const replies = [...this.list.children];
    replies.forEach((reply, position) => {
      reply.hidden = !unfolded && position < replies.length - NEWEST;
    });
    this.toggle.hidden = replies.length <= NEWEST;
    this.toggle.setAttribute("aria-expanded", String(unfolded));
    this.toggle.textContent = unfolded ? "Fold earlier replies" : `Show all ${replies.length} replies`;
  }
}
