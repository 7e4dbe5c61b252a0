import { joinTexts, textOfParts } from "../turn.js";
import type { FinishReason, ModelResult, StreamPart } from "./model-call.js";

/** An answer of a model as far as it is known. */
export interface Answer {
  text: string;
  /** Whether the turn ends with it: no tool of ours is called, and nothing broke it off. */
  isFinal: boolean;
}

/** What a model answered as a whole. */
export function readAnswer({ content, finishReason }: Pick<ModelResult, "content" | "finishReason">): Answer {
  return { text: textOfParts(content), isFinal: endsTurn(finishReason) && !content.some(isOpenCall) };
}

/** Reads along a stream. */
export class StreamedAnswer {
  // By the id of the text, in order of their beginning: a model may write several at once.
  readonly #texts = new Map<string, string>();
  #finishReason: FinishReason | undefined;
  #hasOpenCall = false;

  add(part: StreamPart): void {
    if (part.type === "text-delta") this.#texts.set(part.id, (this.#texts.get(part.id) ?? "") + part.delta);
    else if (part.type === "finish") this.#finishReason = part.finishReason;
    else this.#hasOpenCall ||= isOpenCall(part);
  }

  read(): Answer {
    const isFinal = this.#finishReason !== undefined && endsTurn(this.#finishReason) && !this.#hasOpenCall;
    return { text: joinTexts([...this.#texts.values()]), isFinal };
  }
}

/** Some providers say `stop` with a call of a tool, so the reason alone does not tell. */
function endsTurn({ unified }: FinishReason): boolean {
  return unified !== "tool-calls" && unified !== "error" && unified !== "content-filter";
}

/** Whether this is a call that somebody must answer before the model goes on; a provider answers those of its own tools itself. */
function isOpenCall(part: { type: string; providerExecuted?: boolean | undefined }): boolean {
  return part.type === "tool-call" && part.providerExecuted !== true;
}
