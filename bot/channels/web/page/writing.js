// What every box that is written in does: Enter sends, Shift + Enter starts a line, nothing is sent empty.

/**
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} box
 * @param {HTMLButtonElement} button
 * @param {(text: string) => void} say
 */
export function writing(form, box, button, say) {
  const mark = () => button.setAttribute("aria-disabled", String(!box.value.trim()));
  const send = () => {
    const text = box.value.trim();
    box.focus();
    if (!text) return;
    box.value = "";
    mark();
    say(text);
  };
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
