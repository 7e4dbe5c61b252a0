import type { LanguageModelMiddleware } from "ai";
import { PersistoValidationError, type Memory } from "@persisto/contract";
import { checkNamespace } from "../check-namespace.js";
import type { RecallTextOptions } from "../recall-text.js";
import { saveTurn, type RememberScope } from "../remember-turn.js";
import { joinTexts, lastTurn, type Turn } from "../turn.js";
import { readAnswer, StreamedAnswer, type Answer } from "./answer.js";
import type { CallOptions, ModelPrompt, StreamPart } from "./model-call.js";
import { recallOnce } from "./recall-once.js";

/** What a model with memory does: show what is remembered, save what was said, or both. */
export type PersistoMode = "both" | "recall" | "remember";

/** How a model is given a memory. */
export interface PersistoMiddlewareOptions extends RecallTextOptions, RememberScope {
  /** The embedded engine, a PersistoClient, or any other Memory. It is never closed. */
  memory: Pick<Memory, "query" | "save">;
  /** Whose memories the model sees and writes, e.g. `user:42`. */
  namespace: string;
  /** Default `both`. */
  mode?: PersistoMode;
  /** Told why a finished turn could not be saved; the answer then stands. Default: the call fails with the error, a stream ends with it. */
  onSaveError?(error: unknown, turn: Turn): void;
  /** Takes the saving off the answer's path, as `waitUntil` of serverless platforms does. Default: the answer ends when it is saved. */
  waitUntil?(saving: Promise<void>): void;
}

const modes: readonly PersistoMode[] = ["both", "recall", "remember"];

/**
 * Middleware for `wrapLanguageModel` that recalls once a turn, as a system message after the caller's own, and saves
 * each finished turn. Streams pass as they are; one that is broken off is not saved.
 * @throws PersistoValidationError without a namespace, and for an unknown mode.
 */
export function persistoMiddleware(options: PersistoMiddlewareOptions): LanguageModelMiddleware {
  const { namespace, mode = "both" } = options;
  checkNamespace(namespace);
  if (!modes.includes(mode)) {
    throw new PersistoValidationError([{ field: "mode", message: `must be one of ${modes.join(", ")}` }]);
  }
  return {
    // What the types of the AI SDK 6 ask for; 7 takes it, too, and both run models of either version.
    specificationVersion: "v3",
    ...(mode !== "remember" && recalling(options)),
    ...(mode !== "recall" && remembering(options)),
  };
}

function recalling(options: PersistoMiddlewareOptions): Pick<LanguageModelMiddleware, "transformParams"> {
  const recallFor = recallOnce(options);
  return {
    async transformParams({ params }): Promise<CallOptions> {
      const memories = await recallFor(params);
      return memories === "" ? params : { ...params, prompt: withMemories(params.prompt, memories) };
    },
  };
}

/** Behind the caller's instructions, which stay first and the same for the provider's cache. */
function withMemories(prompt: ModelPrompt, memories: string): ModelPrompt {
  const firstSaid = prompt.findIndex(({ role }) => role !== "system");
  const index = firstSaid === -1 ? prompt.length : firstSaid;
  return prompt.toSpliced(index, 0, { role: "system", content: memories });
}

function remembering(options: PersistoMiddlewareOptions): Pick<LanguageModelMiddleware, "wrapGenerate" | "wrapStream"> {
  const remember = rememberer(options);
  return {
    async wrapGenerate({ doGenerate, params }) {
      const result = await doGenerate();
      await remember(params, readAnswer(result));
      return result;
    },
    async wrapStream({ doStream, params }) {
      const { stream, ...rest } = await doStream();
      const answer = new StreamedAnswer();
      const listen = new TransformStream<StreamPart, StreamPart>({
        transform(part, controller) {
          answer.add(part);
          controller.enqueue(part);
        },
        async flush(controller) {
          try {
            await remember(params, answer.read());
          } catch (error) {
            // The SDK's way of an error that comes after the answer: it reaches `onError`, and what was said stays.
            controller.enqueue({ type: "error", error });
          }
        },
      });
      return { ...rest, stream: stream.pipeThrough(listen) };
    },
  };
}

function rememberer(options: PersistoMiddlewareOptions): (call: CallOptions, answer: Answer) => Promise<void> {
  const { onSaveError, waitUntil } = options;
  const save = async (turn: Turn): Promise<void> => {
    try {
      await saveTurn(turn, options);
    } catch (error) {
      if (onSaveError === undefined) throw error;
      onSaveError(error, turn);
    }
  };
  return async ({ prompt, abortSignal }, answer) => {
    const turn = lastTurn(prompt);
    if (turn === null || !answer.isFinal || abortSignal?.aborted) return;
    const saving = save({ user: turn.user, assistant: joinTexts([turn.assistant, answer.text]) });
    if (waitUntil === undefined) await saving;
    else waitUntil(saving);
  };
}
