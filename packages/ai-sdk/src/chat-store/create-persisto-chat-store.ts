import { limits, PersistoValidationError, type Filters, type Memory, type MemoryRecord } from "@persisto/contract";
import type { UIMessage } from "ai";
import { checkNamespace } from "../check-namespace.js";
import { isUnknownNamespace } from "../recall.js";
import { fromRecords, isSame, toRecords } from "./chat-records.js";

/** Where chats are kept. */
export interface PersistoChatStoreOptions {
  memory: Pick<Memory, "list" | "saveMany" | "delete">;
  /** One of their own for chats, such as `chats:42`, or searches for memories find messages, too. */
  namespace: string;
}

/** A chat as the SDK's pages hold it. */
export interface Chat<Message extends UIMessage = UIMessage> {
  chatId: string;
  messages: readonly Message[];
}

/** Keeps the messages of chats. */
export interface PersistoChatStore<Message extends UIMessage = UIMessage> {
  /** The messages of a chat, oldest first; none for an unknown one. Check them with `validateUIMessages` if your tools have changed. */
  loadChat(chatId: string): Promise<Message[]>;
  /** Makes a chat what is given, whole. Only messages that are new or have changed are written. */
  saveChat(chat: Chat<Message>): Promise<void>;
  /** Deletes a chat; whether there was one. */
  deleteChat(chatId: string): Promise<boolean>;
}

/**
 * A store of UI messages, for `loadChat` and `saveChat` of the SDK's guide. The texts of the messages are memories with
 * `metadata.chat`, so `memory.query({ namespace, query })` searches all chats.
 * @throws PersistoValidationError without a namespace.
 */
export function createPersistoChatStore<Message extends UIMessage = UIMessage>(
  options: PersistoChatStoreOptions,
): PersistoChatStore<Message> {
  const { memory, namespace } = options;
  checkNamespace(namespace);

  return {
    async loadChat(chatId) {
      checkChatId(chatId);
      return fromRecords(chatId, await readRecords(options, chatId)) as Message[];
    },

    async saveChat({ chatId, messages }) {
      checkChatId(chatId);
      const stored = new Map((await readRecords(options, chatId)).map((record) => [record.id, record]));
      const wanted = toRecords(namespace, chatId, messages);
      const changed = wanted.filter((record) => !isSame(stored.get(record.id), record));
      for (const batch of inBatches(changed)) await memory.saveMany(batch);
      for (const { id } of wanted) stored.delete(id);
      for (const ids of inBatches([...stored.keys()])) await memory.delete({ namespace, ids });
    },

    async deleteChat(chatId) {
      checkChatId(chatId);
      const { count } = await memory.delete({ namespace, filters: ofChat(chatId) });
      return count > 0;
    },
  };
}

/** The records of a chat; another memory may say that it belongs to one, too. */
function ofChat(chatId: string): Filters {
  return { chat: chatId, piece: { gte: 0 } };
}

async function readRecords({ memory, namespace }: PersistoChatStoreOptions, chatId: string): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = [];
  let cursor: string | null = null;
  try {
    do {
      const page = { namespace, filters: ofChat(chatId), limit: limits.pageSize, ...(cursor && { cursor }) };
      const { memories, nextCursor } = await memory.list(page);
      records.push(...memories);
      cursor = nextCursor;
    } while (cursor !== null);
  } catch (error) {
    if (isUnknownNamespace(error)) return [];
    throw error;
  }
  return records;
}

function* inBatches<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += limits.batch) yield items.slice(start, start + limits.batch);
}

/** An id that was undefined would be no condition on the chat at all. */
function checkChatId(chatId: unknown): void {
  if (typeof chatId === "string" && chatId !== "") return;
  throw new PersistoValidationError([{ field: "chatId", message: "must be a text, such as one of generateId()" }]);
}
