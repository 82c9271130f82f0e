// Where the visitor writes to the assistant.
import { Commands } from "./commands.js";
import { writing } from "./writing.js";

const $ = (id) => document.getElementById(id);

export class Composer {
  /**
   * @param {{name: string, does: string}[]} commands
   * @param {(text: string) => void} say
   */
  constructor(commands, say) {
    this.commands = new Commands($("message"), $("commands"), $("commands-told"), commands);
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
