import type { BaseMessage } from "@langchain/core/messages";

/** What a memory keeps of each side of a turn, in UTF-16 units; both together fit into one. */
const mostUnits = 40_000;

/** The last message of the user, which begins the turn. */
export function lastHuman(messages: readonly BaseMessage[]): BaseMessage | undefined {
  return messages.findLast((message) => message.getType() === "human");
}

/** What the user said last, and with `turn` the answer as well; empty when nothing was said. Very long texts are cut. */
export function turnText(messages: readonly BaseMessage[], what: "user" | "turn"): string {
  const human = lastHuman(messages);
  const said = cut(human?.text ?? "");
  if (what === "user" || said === "") return said;
  const after = messages.slice(messages.indexOf(human!) + 1);
  const answer = cut(after.findLast((message) => message.getType() === "ai" && message.text.trim() !== "")?.text ?? "");
  return answer === "" ? `User: ${said}` : `User: ${said}\nAssistant: ${answer}`;
}

function cut(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= mostUnits ? trimmed : `${trimmed.slice(0, mostUnits)} …`;
}
