// Where the reader is. Nobody who reads further up is moved; who is at the end stays at the end.

const NEAR_END_PX = 60;
const MARGIN_PX = 20;

export class Scroll {
  /**
   * @param {HTMLElement} scroller
   * @param {HTMLButtonElement} newer the button that leads to messages that came in below
   */
  constructor(scroller, newer) {
    this.scroller = scroller;
    this.newer = newer;
    scroller.addEventListener("scroll", () => {
      if (this.atEnd()) newer.hidden = true;
    });
    newer.addEventListener("click", () => {
      this.toEnd();
      scroller.focus({ preventScroll: true });
    });
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newer.hidden = true;
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
    this.newer.hidden = true;
  }

  announce() {
    this.newer.hidden = false;
  }
}
