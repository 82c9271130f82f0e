// Where the reader is. Nobody who reads further up is moved; who is at the end stays at the end.

const NEAR_END_PX = 60;
const MARGIN_PX = 20;

export class Scroll {
  /**
   * @param {HTMLElement} scroller
   * @param {HTMLButtonElement} newer the button that leads to messages that came in out of sight
   */
  constructor(scroller, newer) {
    this.scroller = scroller;
    this.newer = newer;
    this.news = null;
    scroller.addEventListener("scroll", () => this.notice());
    newer.addEventListener("click", () => {
      this.toStartOf(this.news);
      scroller.focus({ preventScroll: true });
    });
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.notice();
  }

  /** Change something; the end stays in sight if it was. Tells whether it was, and what the change returned. */
  keeping(change) {
    const followed = this.atEnd();
    const result = change();
    if (followed) this.toEnd();
    return { followed, result };
  }

  /** As far down as possible with the beginning of this still in sight: an answer is read from its top. */
  toStartOf(node) {
    const top = node.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    this.scroller.scrollTop += top - MARGIN_PX;
    this.notice();
  }

  /** @returns {boolean} whether any of it is in sight */
  sees(node) {
    const inside = this.scroller.getBoundingClientRect();
    const { top, bottom } = node.getBoundingClientRect();
    return bottom > inside.top && top < inside.bottom;
  }

  /** Somebody else's message came: lead there, without moving the reader. */
  announce(node) {
    if (this.sees(node)) return;
    this.news ??= node;
    this.newer.hidden = false;
  }

  /** Whoever has seen the news, or gone to the end past them, needs no way there. */
  notice() {
    if (!this.news || !(this.sees(this.news) || (this.atEnd() && !isReply(this.news)))) return;
    this.news = null;
    this.newer.hidden = true;
  }
}

const isReply = (node) => Boolean(node.closest(".thread"));
