// What every box that is written in does: Enter sends, Shift + Enter starts a line, nothing is sent empty.

const NOTHING = { fits: true, filled: false, take: () => [], box: null };

/**
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} box
 * @param {HTMLButtonElement} button
 * @param {(text: string, links: object[]) => void} say
 * @param {import("./attach.js").Attach} [attach] what may go along
 */
export function writing(form, box, button, say, attach = NOTHING) {
  const mark = () => button.setAttribute("aria-disabled", String(!box.value.trim() && !attach.filled));
  const send = () => {
    const text = box.value.trim();
    if (!attach.fits) return;
    box.focus();
    if (!text && !attach.filled) return;
    box.value = "";
    const links = attach.take();
    mark();
    say(text, links);
  };
  attach.box?.addEventListener("input", mark);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  box.addEventListener("keydown", (event) => {
    // Enter also ends a word in Chinese, Japanese and Korean input: that one is not ours. Nor is one that chose something.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    send();
  });
  box.addEventListener("input", mark);
  mark();
}
