import type { ChatMessage, MessageContent } from "@llamaindex/core/llms";
import {
  checkMemory,
  invalidInput,
  orEmpty,
  queryText,
  renderMemories,
  saveAll,
  storableText,
} from "@persisto/adapter-kit";
import type { Memory, Metadata, QueryInput } from "@persisto/contract";

/** A message of LlamaIndex's memory. */
type MemoryMessage = ChatMessage & { id: string; createdAt?: Date | undefined; annotations?: unknown[] | undefined };

/** What is remembered, and how it is recalled. */
export interface PersistoMemoryBlockInit extends Pick<
  QueryInput,
  "filters" | "k" | "mode" | "retrieval" | "groupBy" | "rerank"
> {
  /** Never closed by the block. */
  memory: Memory;
  /** Whose memories: name the user, as in `user:42`. */
  namespace: string;
  /** Which of several blocks is heard first: the higher; 0 always. Default 1. */
  priority?: number;
  id?: string;
  /** How many of the last messages say what is looked for. Default 5, as in LlamaIndex's vector block. */
  retrievalContextWindow?: number;
  /** Of every turn that is saved. */
  metadata?: Metadata;
  ttlSeconds?: number;
}

/**
 * Long-term memory of a chat: turns that no longer fit into LlamaIndex's short-term memory are kept, and those that bear on
 * what is said now come back, in any later chat, marked as data so that no memory gives orders.
 */
export class PersistoMemoryBlock {
  // LlamaIndex's BaseMemoryBlock in all but inheritance: the first packages of 0.6 do not have it, and could not load this one.
  readonly id: string;
  readonly priority: number;
  readonly isLongTerm = true;
  private readonly init: PersistoMemoryBlockInit;
  private readonly window: number;

  constructor(init: PersistoMemoryBlockInit) {
    checkMemory(init, "namespace");
    this.id = init.id ?? `memory-block-${crypto.randomUUID()}`;
    this.priority = init.priority ?? 1;
    this.init = init;
    this.window = init.retrievalContextWindow ?? 5;
    if (!(this.window >= 1)) throw invalidInput("retrievalContextWindow", "must be at least 1");
  }

  /** What bears on the last messages, as one message; none when there is nothing. */
  async get(messages: MemoryMessage[] = []): Promise<MemoryMessage[]> {
    const { memory, namespace, filters, k, mode, retrieval, groupBy, rerank } = this.init;
    const query = queryText(
      messages
        .slice(-this.window)
        .map(({ content }) => textOf(content))
        .join("\n\n"),
    );
    if (query === "") return [];
    const given = Object.entries({ filters, k, mode, retrieval, groupBy, rerank }).filter(
      ([, value]) => value !== undefined,
    );
    const input: QueryInput = { ...Object.fromEntries(given), namespace, query };
    const { results } = await orEmpty(memory.query(input), { results: [], dropped: 0 });
    const content = renderMemories(results);
    return content === "" ? [] : [{ id: this.id, role: "memory", content }];
  }

  /** Remembers what was said, each turn as one text. */
  async put(messages: MemoryMessage[]): Promise<void> {
    const { memory, namespace, metadata, ttlSeconds } = this.init;
    const inputs = turnsOf(messages).map((content) => ({
      namespace,
      content: storableText(content),
      ...(metadata && { metadata }),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    }));
    await saveAll(memory, inputs);
  }
}

/** A turn begins with what the user says. What tools answer and what systems are told is not said by anybody. */
function turnsOf(messages: readonly MemoryMessage[]): string[] {
  const turns: string[][] = [];
  for (const { role, content, options } of messages) {
    const text = textOf(content).trim();
    const isSaid = (role === "user" || role === "assistant") && !(options && "toolResult" in options);
    if (!isSaid || text === "") continue;
    if (role === "user" || turns.length === 0) turns.push([]);
    turns.at(-1)!.push(`${role}: ${text}`);
  }
  return turns.map((lines) => lines.join("\n"));
}

function textOf(content: MessageContent): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? part.text : [])).join("\n\n");
}
