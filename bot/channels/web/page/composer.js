// Where the visitor writes to the assistant.
import { Commands } from "./commands.js";
import { writing } from "./writing.js";

const $ = (id) => document.getElementById(id);

export class Composer {
  /** @param {(text: string) => void} say */
  constructor(say) {
    this.commands = new Commands($("message"), $("commands"), $("commands-told"));
    writing($("composer"), $("message"), $("send"), (text) => {
      this.commands.close();
      say(text);
    });
  }

  focus() {
    $("message").focus();
  }

  show() {
    $("composer").hidden = false;
  }

  hide() {
    $("composer").hidden = true;
  }
}
