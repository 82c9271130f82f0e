// The server, as this page sees it. Shapes: bot/channels/web/routes.py.

/**
 * @typedef {{email: string, name: string, partner: string?, role: string?, type: string?, tier: string?, region: string?, suggestions: string[]}} Person
 * @typedef {{id: string, from: string, text: string?, card: object?, private: boolean, thread: string, at: string, links?: {name: string, url: string}[], changed?: string}} Message
 *   from: "me", "assistant" or somebody's address; thread: the id of the message that it stands under, or "";
 *   changed: "edited" or "deleted" by who wrote it, or ""
 * @typedef {{cursor: string, messages: Message[], form?: object?}} Answer
 */

const PATIENCE_MS = 60_000;
const OUTLIVING = 20_000; // characters; browsers send 64 KB for pages that are gone

/** The server said no, or could not be asked. `message` is for the visitor's eyes. */
export class Refused extends Error {
  /** @param {{errors?: Record<string, string>, again?: boolean}} [more] again: the same request may succeed later */
  constructor(message, { errors = {}, again = false } = {}) {
    super(message);
    this.errors = errors;
    this.again = again;
  }
}

/** A mark of one request: the server does nothing twice for the same one. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Pages that are served neither over https nor by this machine have no randomUUID.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function get(path, params = {}) {
  const query = new URLSearchParams(params).toString();
  return call(query ? `${path}?${query}` : path, {});
}

/** `last`: perhaps the last thing that the page says, so that it is sent even when the page is gone. */
export function post(path, body, { last = false } = {}) {
  const sent = JSON.stringify(body);
  const keepalive = last && sent.length < OUTLIVING;
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: sent, keepalive });
}

async function call(path, options) {
  let response;
  let body;
  try {
    response = await fetch(path, { ...options, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    body = await response.text();
  } catch {
    throw new Refused("The assistant cannot be reached right now.", { again: true });
  }
  const answer = fromJson(body);
  if (response.ok && answer) return answer;
  const again = response.ok || response.status >= 500 || response.status === 408 || response.status === 429;
  throw new Refused(answer?.error || (answer?.errors ? "" : "Something went wrong."), { errors: answer?.errors, again });
}

function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
