import { persistoTools, withPersisto } from "@persisto/ai-sdk";
import type { Memory } from "@persisto/core";
import { stepCountIs, streamText, type ModelMessage } from "ai";

export interface ChatOptions {
  model: Parameters<typeof withPersisto>[0];
  memory: Memory;
  /** Whose memories these are. */
  user: string;
  /** What the user says. */
  lines: AsyncIterable<string> | Iterable<string>;
  write(text: string): void;
}

/** Answers line by line. Every turn is remembered, and what is remembered about a line is shown to the model with it. */
export async function chat({ model, memory, user, lines, write }: ChatOptions): Promise<void> {
  const namespace = `user:${user}`;
  const messages: ModelMessage[] = [];
  for await (const line of lines) {
    messages.push({ role: "user", content: line });
    const { textStream, response } = streamText({
      model: withPersisto(model, { memory, namespace }),
      tools: persistoTools({ memory, namespace, include: ["searchMemories", "forgetMemory"] }),
      stopWhen: stepCountIs(5),
      messages,
    });
    for await (const text of textStream) write(text);
    write("\n");
    messages.push(...(await response).messages);
  }
}
