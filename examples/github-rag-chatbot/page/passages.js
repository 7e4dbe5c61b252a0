// Shows what the repository says: cited, quoted, and in its file.
import { byId, element } from "./element.js";
import { bestLines, markedParts } from "./text-parts.js";

/** @typedef {{ path: string, from: number, to: number, text: string, href: string }} Passage */
/** @typedef {import("./text-parts.js").Part} Part */

const quotedLines = 10;
const tags = { text: "span", mark: "mark", code: "code", block: "pre", strong: "strong" };

/** @param {Part} part @param {Passage[]} passages */
export function show({ kind, text }, passages) {
  if (kind !== "citation") return element(tags[kind], {}, text);
  const passage = passages[Number(text) - 1];
  return passage ? link(passage, `[${text}]`) : document.createTextNode(`[${text}]`);
}

/** @param {Passage[]} passages */
export function sources(passages) {
  const items = passages.map((passage) => element("li", {}, link(passage)));
  return element(
    "details",
    {},
    element("summary", {}, `${passages.length} passages it was shown`),
    element("ol", {}, ...items),
  );
}

/** @param {Passage[]} passages @param {string} asked */
export function quotes(passages, asked) {
  if (passages.length === 0) return element("p", {}, "Nothing in the repository is about this.");
  const items = passages.map((passage) => {
    const { from, lines } = bestLines(passage, asked, quotedLines);
    const code = numbered(lines, from, (line) => markedParts(line, asked).map((part) => show(part, [])));
    return element("li", {}, link(passage), element("pre", { tabIndex: 0 }, ...code));
  });
  return element("ol", { className: "quotes" }, ...items);
}

/** @param {Passage} passage */
export function link(passage, label = placeOf(passage)) {
  const anchor = element("a", { href: passage.href, title: placeOf(passage), target: "_blank" }, label);
  // What is not on GitHub is shown here; with another key or button it opens as plain text.
  if (passage.href.startsWith("/file?")) {
    anchor.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      void view(passage);
    });
  }
  return anchor;
}

/** @param {Passage} passage */
async function view(passage) {
  const { from, to } = passage;
  const text = await (await fetch(passage.href)).text();
  byId("viewer-title").textContent = placeOf(passage);
  const lines = numbered(text.split(/\r\n|\n|\r/), 1, (line) => [line]);
  lines.forEach((line, index) => line.classList.toggle("cited", index + 1 >= from && index + 1 <= to));
  byId("viewer-lines").replaceChildren(...lines);
  /** @type {HTMLDialogElement} */ (byId("viewer")).showModal();
  lines[from - 1]?.scrollIntoView({ block: "start" });
}

/** @param {string[]} lines @param {number} first @param {(line: string) => (Node | string)[]} content */
function numbered(lines, first, content) {
  return lines.map((line, index) => {
    const row = element("span", { className: "line" }, ...content(line));
    row.dataset["number"] = String(first + index);
    return row;
  });
}

/** @param {Passage} passage */
function placeOf({ path, from, to }) {
  return `${path}:${from}-${to}`;
}
