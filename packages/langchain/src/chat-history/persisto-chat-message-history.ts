import { BaseListChatMessageHistory } from "@langchain/core/chat_history";
import type { BaseMessage } from "@langchain/core/messages";
import { checkMemory, readPages, saveAll } from "@persisto/adapter-kit";
import type { Memory } from "@persisto/contract";
import { toMessage, toRecord } from "./message-record.js";

/** Whose messages, and where. */
export interface PersistoChatMessageHistoryInput {
  /** Never closed by the history. */
  memory: Memory;
  sessionId: string;
  /** What stands before the id in the name of the session's namespace. Default `session:`. */
  namespacePrefix?: string;
  /** Seconds that messages are kept; absent, what the store gives memories of the namespace. */
  ttlSeconds?: number;
}

/**
 * The messages of one session, in the order they were added. Each session has a namespace of its own, whose messages can be
 * found by meaning as well.
 */
export class PersistoChatMessageHistory extends BaseListChatMessageHistory {
  override lc_namespace = ["persisto", "chat_history"];
  /** Where the messages are. */
  readonly namespace: string;
  private readonly memory: Memory;
  private readonly ttlSeconds: number | undefined;
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(input: PersistoChatMessageHistoryInput) {
    // Nothing of the input: LangChain keeps it for its serialisation.
    super();
    checkMemory(input, "sessionId");
    this.memory = input.memory;
    this.namespace = `${input.namespacePrefix ?? "session:"}${input.sessionId}`;
    this.ttlSeconds = input.ttlSeconds;
  }

  override async getMessages(): Promise<BaseMessage[]> {
    const newestFirst = await readPages(this.memory, { namespace: this.namespace });
    return newestFirst.toReversed().map(toMessage);
  }

  override async addMessage(message: BaseMessage): Promise<void> {
    await this.addMessages([message]);
  }

  /** All or none, in order; and after all that this history was given before, whether or not that was waited for. */
  override async addMessages(messages: BaseMessage[]): Promise<void> {
    const { namespace, ttlSeconds } = this;
    const inputs = messages.map((message) => ({
      namespace,
      ...toRecord(message),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    }));
    await this.afterLastWrite(() => saveAll(this.memory, inputs));
  }

  override async clear(): Promise<void> {
    await this.afterLastWrite(() => this.memory.deleteNamespace({ namespace: this.namespace }));
  }

  private afterLastWrite(write: () => Promise<unknown>): Promise<unknown> {
    // One that fails is its caller's affair, not that of those after it.
    const result = this.lastWrite.then(write, write);
    this.lastWrite = result;
    return result;
  }
}
