import { joinTexts, textOfParts } from "../turn.js";
import type { FinishReason, ModelResult, StreamPart } from "./model-call.js";

/** An answer of a model as far as it is known. */
export interface Answer {
  text: string;
  /** Whether the turn ends with it: nothing waits for a tool or a user, and nothing broke it off. */
  isFinal: boolean;
}

/** What a model answered as a whole. */
export function readAnswer({ content, finishReason }: Pick<ModelResult, "content" | "finishReason">): Answer {
  return { text: textOfParts(content), isFinal: endsTurn(finishReason) && !content.some(leavesOpen) };
}

/** Reads along a stream. */
export class StreamedAnswer {
  // By the id of the text, in order of their beginning: a model may write several at once.
  readonly #texts = new Map<string, string>();
  #finishReason: FinishReason | undefined;
  #isOpen = false;

  add(part: StreamPart): void {
    if (part.type === "text-delta") this.#texts.set(part.id, (this.#texts.get(part.id) ?? "") + part.delta);
    else if (part.type === "finish") this.#finishReason = part.finishReason;
    else this.#isOpen ||= part.type === "error" || leavesOpen(part);
  }

  read(): Answer {
    const isFinal = this.#finishReason !== undefined && endsTurn(this.#finishReason) && !this.#isOpen;
    return { text: joinTexts([...this.#texts.values()]), isFinal };
  }
}

/** Some providers say `stop` with a call of a tool, so the reason alone does not tell. */
function endsTurn({ unified }: FinishReason): boolean {
  return unified !== "tool-calls" && unified !== "error" && unified !== "content-filter";
}

/** Whether the model waits for somebody: for a tool, unless its provider runs it, or for the user's leave to run one of those. */
function leavesOpen(part: { type: string; providerExecuted?: boolean | undefined }): boolean {
  return (part.type === "tool-call" && part.providerExecuted !== true) || part.type === "tool-approval-request";
}
