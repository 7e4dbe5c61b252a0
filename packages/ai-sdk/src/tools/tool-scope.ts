import { describeFailure } from "@persisto/adapter-kit";
import type { Memory, Metadata } from "@persisto/contract";
import type { RecallSettings } from "../recall.js";

/** What the tools work on. All of it is the caller's; a model chooses none of it. */
export interface ToolScope {
  /** The embedded engine, a PersistoClient, or any other Memory. */
  memory: Pick<Memory, "query" | "save" | "list" | "delete">;
  /** Where the tools read and write, e.g. `user:42`. */
  namespace: string;
  /** How memories are found. Its filters hold for listing and forgetting, too. */
  recall?: RecallSettings;
  /** Metadata of every memory that is added. With filters above, give it what they ask for. */
  metadata?: Metadata;
  /** Seconds until memories that are added expire; null for never. Absent: what the store says. */
  ttlSeconds?: number | null;
  /** Told of failures, which the model is only told in words. */
  onError?(error: unknown, toolName: string): void;
}

/** What a tool gives when it could not do its work: a text for the model. */
export interface ToolFailure {
  error: string;
}

/** What a call does, or its failure in words. An aborted call is not begun; Memory takes no signal, so one under way ends by itself. */
export async function orFailure<Output extends object>(
  call: () => Promise<Output | ToolFailure>,
  {
    scope,
    toolName,
    what,
    signal,
  }: { scope: ToolScope; toolName: string; what: string; signal?: AbortSignal | undefined },
): Promise<Output | ToolFailure> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    scope.onError?.(error, toolName);
    return { error: describeFailure(what, error) };
  }
}
