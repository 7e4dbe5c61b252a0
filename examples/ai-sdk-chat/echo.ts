import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";

const none = { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 };
const usage = { inputTokens: none, outputTokens: { total: 0, text: 0, reasoning: 0 } };

/** Stands in for a model where there is no key: it says what it was shown of its memory. */
export function echo(): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    doStream: async ({ prompt }) => {
      const memories = prompt.flatMap(({ role, content }) =>
        role === "system" ? content.split("\n").slice(2, -1) : [],
      );
      const delta = memories.length === 0 ? "I remember nothing about this." : `I remember: ${memories.join(" ")}`;
      return {
        stream: simulateReadableStream({
          chunkDelayInMs: null,
          chunks: [
            { type: "text-start", id: "1" },
            { type: "text-delta", id: "1", delta },
            { type: "text-end", id: "1" },
            { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage },
          ],
        }),
      };
    },
  });
}
