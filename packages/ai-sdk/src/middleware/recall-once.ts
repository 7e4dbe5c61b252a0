import { recallText, type RecallTextOptions } from "../recall-text.js";
import { lastTurn } from "../turn.js";
import type { CallOptions } from "./model-call.js";

/** Turns under way whose memories are kept; one beyond recalls once more. */
const MOST_TURNS = 100;

/**
 * Recalls once in a turn. Its first call, in which the user has the last word, always recalls; calls that go on after
 * tools show what the first one found, so that a turn sees the same memories from its beginning to its end.
 */
export function recallOnce(options: RecallTextOptions): (call: CallOptions) => Promise<string> {
  const byText = new Map<string, Promise<string>>();
  // The SDK tries a call that failed once more with the same prompt object.
  const byPrompt = new WeakMap<object, Promise<string>>();

  return ({ prompt, abortSignal }) => {
    const text = lastTurn(prompt)?.user ?? "";
    const goesOn = prompt.at(-1)?.role !== "user";
    const found = byPrompt.get(prompt) ?? (goesOn ? byText.get(text) : undefined);
    const recalled = found ?? recallText(text, options, abortSignal);
    // It rejects when its own call is aborted, which is nothing to another call with the same text.
    recalled.catch(() => byText.get(text) === recalled && byText.delete(text));
    byPrompt.set(prompt, recalled);
    byText.delete(text);
    byText.set(text, recalled);
    const [oldest] = byText.keys();
    if (byText.size > MOST_TURNS && oldest !== undefined) byText.delete(oldest);
    return recalled;
  };
}
