import { renderMemories } from "@persisto/adapter-kit";
import type { Hit } from "@persisto/contract";
import { recall, type RecallScope } from "./recall.js";

/** What is recalled, how it is shown, and who is told when it fails. */
export interface RecallTextOptions extends RecallScope {
  /** Your own text of memories for the model instead of `renderMemories`; empty for none. Mark them as data. */
  render?(memories: readonly Hit[]): string;
  /** Told why nothing could be recalled; the turn goes on without. Default: a warning on the console. */
  onRecallError?(error: unknown): void;
}

/**
 * What is remembered about a text, for a prompt; empty when nothing is or it cannot be recalled.
 * @throws the reason of the signal once it is aborted. Memory takes no signal: a query under way ends by itself.
 */
export async function recallText(text: string, options: RecallTextOptions, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  try {
    const hits = await orAborted(recall(text, options), signal);
    if (hits.length === 0) return "";
    return (options.render ?? renderWithin(options.recall?.maxCharacters))(hits);
  } catch (error) {
    if (signal?.aborted) throw error;
    (options.onRecallError ?? warn)(error);
    return "";
  }
}

function renderWithin(maxCharacters: number | undefined): (memories: readonly Hit[]) => string {
  return (memories) => renderMemories(memories, maxCharacters === undefined ? {} : { maxCharacters });
}

async function orAborted<Value>(value: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return value;
  let stop!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    // The SDK's own way of telling it: rethrown as it is.
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function warn(error: unknown): void {
  // oxlint-disable-next-line no-console -- nobody else would hear of it; onRecallError replaces it
  console.warn("Persisto could not recall; the model answers without memories.", error);
}
