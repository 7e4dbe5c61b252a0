/** A message of a prompt, of a model call or of a chat page: all that is read of it. */
export interface TurnMessage {
  role: string;
  /** A text, or parts. */
  content?: string | readonly object[];
  /** The parts of a UI message. */
  parts?: readonly object[];
}

/** What was said in a turn: what the user asked last, and what came back. Texts alone; calls of tools and files are left out. */
export interface Turn {
  user: string;
  assistant: string;
}

/** The last turn of a conversation; null where no user ever said something. */
export function lastTurn(messages: readonly TurnMessage[]): Turn | null {
  const start = messages.findLastIndex(({ role }) => role === "user");
  if (start === -1) return null;
  const answers = messages.slice(start + 1).filter(({ role }) => role === "assistant");
  return { user: textOf(messages[start]!), assistant: joinTexts(answers.map(textOf)) };
}

/** The text of parts, such as a model's answer. */
export function textOfParts(parts: readonly object[]): string {
  return joinTexts(parts.filter(isText).map(({ text }) => text));
}

/** Texts one below the other, blank ones left out. */
export function joinTexts(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .join("\n");
}

function textOf({ content, parts }: TurnMessage): string {
  return typeof content === "string" ? content.trim() : textOfParts(content ?? parts ?? []);
}

function isText(part: object): part is { text: string } {
  return "type" in part && part.type === "text" && "text" in part && typeof part.text === "string";
}
