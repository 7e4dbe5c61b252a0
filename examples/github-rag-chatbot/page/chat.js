// Plain DOM, text only: nothing that comes from the repository or the model is ever read as HTML.
import { byId, element } from "./element.js";
import { quotes, show, sources } from "./passages.js";
import { answerParts } from "./text-parts.js";

/** @typedef {import("./passages.js").Passage} Passage */
/** @typedef {{ role: "user" | "assistant", content: string }} Turn */

const form = /** @type {HTMLFormElement} */ (byId("ask"));
const question = /** @type {HTMLTextAreaElement} */ (byId("question"));
/** @type {Turn[]} */
const messages = [];
/** @type {AbortController | undefined} */
let running;

/** @type {{ name: string, model: string | null }} */
const about = await (await fetch("/about")).json();
byId("name").textContent = about.name;
byId("model").textContent = about.model ? `Answers by ${about.model}` : "Answers are quotes: no model is set";
document.title = `Ask ${about.name}`;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) running.abort();
  else if (question.value.trim()) void ask(question.value.trim());
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

/** @param {string} text */
async function ask(text) {
  const answer = element("article", { className: "answer", ariaBusy: "true" });
  const asked = element("p", { className: "question" }, text);
  byId("conversation").append(asked, answer);
  asked.scrollIntoView();
  question.value = "";
  running = new AbortController();
  byId("send").textContent = "Stop";
  messages.push({ role: "user", content: text });
  try {
    const said = await receive(text, answer, running.signal);
    // A turn without an answer is not part of what the model is shown the next time.
    if (said) messages.push({ role: "assistant", content: said });
    else if (about.model) messages.pop();
  } catch (error) {
    messages.pop();
    const stopped = running.signal.aborted;
    answer.append(
      element("p", { className: "error" }, stopped ? "Stopped." : `No answer: ${/** @type {Error} */ (error).message}`),
    );
  }
  running = undefined;
  byId("send").textContent = "Ask";
  answer.ariaBusy = "false";
  question.focus();
}

/**
 * Shows an answer while it comes.
 * @param {string} text
 * @param {HTMLElement} answer
 * @param {AbortSignal} signal
 */
async function receive(text, answer, signal) {
  const response = await fetch("/ask", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages: messages.slice(-20) }),
    signal,
  });
  if (!response.ok || !response.body) throw new Error((await response.json()).error);
  const words = element("div", { className: "words" });
  /** @type {Passage[]} */
  let passages = [];
  let said = "";
  for await (const part of parts(response.body)) {
    if (part.error) answer.append(element("p", { className: "error" }, part.error));
    if (part.passages) {
      passages = part.passages;
      answer.append(words, about.model ? sources(passages) : quotes(passages, text));
    }
    if (part.text) {
      said += part.text;
      words.replaceChildren(...answerParts(said).map((each) => show(each, passages)));
    }
  }
  return said;
}

/** @param {ReadableStream<Uint8Array>} body */
async function* parts(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + decoder.decode(read.value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}
