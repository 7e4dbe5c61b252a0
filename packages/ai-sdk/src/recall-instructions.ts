import { checkNamespace } from "./check-namespace.js";
import { recallText, type RecallTextOptions } from "./recall-text.js";
import { lastTurn, type TurnMessage } from "./turn.js";

/** What is recalled, and what about. */
export interface RecallInstructionsOptions extends RecallTextOptions {
  /** The text that memories shall answer, or messages, whose last user message it is. */
  prompt: string | readonly TurnMessage[];
  /** Ends the wait. */
  abortSignal?: AbortSignal;
}

/**
 * Memories as a text to append to the instructions of a call or, in `prepareCall`, of an agent; empty when there are none
 * or they cannot be recalled.
 * @throws PersistoValidationError without a namespace.
 */
export async function recallInstructions(options: RecallInstructionsOptions): Promise<string> {
  checkNamespace(options.namespace);
  const { prompt, abortSignal } = options;
  const text = typeof prompt === "string" ? prompt : (lastTurn(prompt)?.user ?? "");
  return recallText(text, options, abortSignal);
}
