import { storableText } from "@persisto/adapter-kit";
import { limits, type Memory, type Metadata, type SaveResult } from "@persisto/contract";
import { checkNamespace } from "./check-namespace.js";
import { joinTexts, lastTurn, type Turn, type TurnMessage } from "./turn.js";

/** Where turns are saved, and as what. */
export interface RememberScope {
  memory: Pick<Memory, "save">;
  namespace: string;
  /** Metadata of every memory that is saved. */
  metadata?: Metadata;
  /** Seconds until what is saved expires; null for never. Absent: what the store says. */
  ttlSeconds?: number | null;
  /** What to save of a turn, e.g. facts that a model found in it; null for nothing. Default: both sides, word for word. */
  toMemory?(turn: Turn): string | null | Promise<string | null>;
}

/** A conversation whose last turn is saved. */
export interface RememberTurnOptions extends RememberScope {
  /** Model or UI messages, the answer included. */
  messages: readonly TurnMessage[];
}

/**
 * Saves the last turn of a conversation as one memory, for `onFinish` and `onEnd`; null when there was nothing to save.
 * What is longer than a memory may be (256 KiB) is cut.
 * @throws whatever `save` throws; PersistoValidationError without a namespace.
 */
export async function rememberTurn(options: RememberTurnOptions): Promise<SaveResult | null> {
  checkNamespace(options.namespace);
  const turn = lastTurn(options.messages);
  return turn === null ? null : saveTurn(turn, options);
}

/** Saves a turn as one memory; null when there was nothing to save. */
export async function saveTurn(turn: Turn, scope: RememberScope): Promise<SaveResult | null> {
  const { memory, namespace, metadata, ttlSeconds, toMemory = bothSides } = scope;
  const content = storableText((await toMemory(turn)) ?? "", limits.contentBytes);
  if (content.trim() === "") return null;
  const more = { ...(metadata && { metadata }), ...(ttlSeconds !== undefined && { ttlSeconds }) };
  return memory.save({ namespace, content, ...more });
}

function bothSides({ user, assistant }: Turn): string {
  return joinTexts([user && `User: ${user}`, assistant && `Assistant: ${assistant}`]);
}
