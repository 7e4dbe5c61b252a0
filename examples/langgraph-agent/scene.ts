import { AIMessage } from "@langchain/core/messages";
import { fakeModel } from "langchain";

/** Stands in for a model where there is no key: notes what it is told, counts the visit, and says what it was shown. */
export function scene(note: string) {
  return fakeModel()
    .respondWithTools([
      { name: "manage_memory", args: { action: "create", content: note } },
      { name: "count_visit", args: {} },
    ])
    .respond((messages) => {
      const system = messages.at(0)?.text ?? "";
      const memories = system.split("\n").filter((line) => line.startsWith("{"));
      const visit = messages.findLast(({ text }) => text.startsWith("Visit"))?.text;
      return new AIMessage(`${visit} I remembered: ${memories.join(" ") || "nothing"}`);
    });
}
