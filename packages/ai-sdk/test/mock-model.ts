import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";

/** What the model says in one call: a text, or calls of tools. */
export type Answer = string | { toolName: string; input: unknown }[];

type Model = InstanceType<typeof MockLanguageModelV4>;
/** What a model answers as a whole. */
export type Result = Awaited<ReturnType<Model["doGenerate"]>>;
/** A piece of an answer. */
export type StreamPart =
  Awaited<ReturnType<Model["doStream"]>>["stream"] extends ReadableStream<infer Part> ? Part : never;
/** What a model is given. */
export type Prompt = Parameters<Model["doGenerate"]>[0]["prompt"];

/** What an answer costs. */
export const usage: Result["usage"] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** The SDK's own fake, giving these answers call by call, whole or as a stream. */
export function mockModel(...answers: Answer[]): Model & { prompts(): Prompt[] } {
  let call = 0;
  const next = (): Answer => {
    const answer = answers[call++];
    if (answer === undefined) throw new Error(`The model was called ${call} times, and has ${answers.length} answers.`);
    return answer;
  };
  const model = new MockLanguageModelV4({
    doGenerate: async () => {
      const answer = next();
      return { content: contentOf(answer, call), finishReason: finishReasonOf(answer), usage, warnings: [] };
    },
    doStream: async () => ({
      stream: simulateReadableStream({ chunks: streamOf(next(), call), chunkDelayInMs: null }),
    }),
  });
  const prompts = () => [...model.doGenerateCalls, ...model.doStreamCalls].map(({ prompt }) => prompt);
  return Object.assign(model, { prompts });
}

/** The texts of a role in a prompt, tool results included, joined. */
export function textOf(prompt: Prompt | undefined, role: "system" | "user" | "assistant" | "tool"): string {
  const contents = (prompt ?? []).filter((message) => message.role === role).map(({ content }) => content);
  return contents.map((content) => (typeof content === "string" ? content : JSON.stringify(content))).join("\n");
}

function contentOf(answer: Answer, call: number): Result["content"] {
  if (typeof answer === "string") return [{ type: "text", text: answer }];
  return answer.map(({ toolName, input }, index) => ({
    type: "tool-call",
    toolCallId: `call-${call}-${index}`,
    toolName,
    input: JSON.stringify(input),
  }));
}

function finishReasonOf(answer: Answer): Result["finishReason"] {
  return { unified: typeof answer === "string" ? "stop" : "tool-calls", raw: undefined };
}

function streamOf(answer: Answer, call: number): StreamPart[] {
  const parts: StreamPart[] = [{ type: "stream-start", warnings: [] }];
  if (typeof answer === "string") {
    const words = answer.split(/(?<= )/);
    parts.push({ type: "text-start", id: "1" });
    parts.push(...words.map((delta): StreamPart => ({ type: "text-delta", id: "1", delta })));
    parts.push({ type: "text-end", id: "1" });
  } else parts.push(...(contentOf(answer, call) as StreamPart[]));
  return [...parts, { type: "finish", finishReason: finishReasonOf(answer), usage }];
}
