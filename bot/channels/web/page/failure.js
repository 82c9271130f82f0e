// A line that says why something did not go through.
import { el, freshId } from "./dom.js";

/**
 * @param {import("./api.js").Refused} refusal
 * @param {() => void} retry is offered where the same may succeed later
 * @param {() => void} leave when the line has gone, either way
 */
export function drawFailure(refusal, retry, leave) {
  const id = freshId("failure");
  const button = (label, act) =>
    el("button", { type: "button", class: "button default small", "aria-describedby": id, click: act }, label);
  const go = (then) => () => {
    line.remove();
    leave();
    then();
  };
  const line = el(
    "div",
    { class: "failure", role: "alert" },
    el("p", { id, dir: "auto" }, refusal.message || "That did not go through."),
    refusal.again && button("Try again", go(retry)),
    button("Dismiss", go(() => {})),
  );
  return line;
}
