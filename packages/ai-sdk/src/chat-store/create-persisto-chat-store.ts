import { readPages, saveAll } from "@persisto/adapter-kit";
import { limits, PersistoValidationError, type Filters, type Memory } from "@persisto/contract";
import type { UIMessage } from "ai";
import { checkNamespace } from "../check-namespace.js";
import { Queues } from "../queues.js";
import { fromRecords, toChangedRecords, toRecords, type ChatRecordInput } from "./chat-records.js";

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
 * `metadata.chat`, so `memory.query({ namespace, query })` searches all chats. What is done to one chat is done in the order
 * of the calls; where several processes save one chat at a time, each message is that of the last.
 * @throws PersistoValidationError without a namespace.
 */
export function createPersistoChatStore<Message extends UIMessage = UIMessage>(
  options: PersistoChatStoreOptions,
): PersistoChatStore<Message> {
  const { memory, namespace } = options;
  checkNamespace(namespace);
  const queues = new Queues();
  const readRecords = (chatId: string) => readPages(memory, { namespace, filters: ofChat(chatId) });

  async function save(chatId: string, wanted: readonly ChatRecordInput[]): Promise<void> {
    const stored = new Map((await readRecords(chatId)).map((record) => [record.id, record]));
    await saveAll(memory, toChangedRecords(wanted, stored));
    for (const { id } of wanted) stored.delete(id);
    const gone = [...stored.keys()];
    for (let start = 0; start < gone.length; start += limits.batch) {
      await memory.delete({ namespace, ids: gone.slice(start, start + limits.batch) });
    }
  }

  return {
    async loadChat(chatId) {
      checkChatId(chatId);
      const records = await queues.run(chatId, () => readRecords(chatId));
      return fromRecords(chatId, records) as Message[];
    },

    async saveChat({ chatId, messages }) {
      checkChatId(chatId);
      // As they are now, whatever becomes of them in the queue.
      const wanted = toRecords(namespace, chatId, messages);
      await queues.run(chatId, () => save(chatId, wanted));
    },

    async deleteChat(chatId) {
      checkChatId(chatId);
      const { count } = await queues.run(chatId, () => memory.delete({ namespace, filters: ofChat(chatId) }));
      return count > 0;
    },
  };
}

/** The records of a chat; another memory may say that it belongs to one, too. */
function ofChat(chatId: string): Filters {
  return { chat: chatId, piece: { gte: 0 } };
}

/** An id that was undefined would be no condition on the chat at all. */
function checkChatId(chatId: unknown): void {
  if (typeof chatId === "string" && chatId !== "") return;
  throw new PersistoValidationError([{ field: "chatId", message: "must be a text, such as one of generateId()" }]);
}
