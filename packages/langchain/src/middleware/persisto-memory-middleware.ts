import type { BaseMessage, SystemMessage } from "@langchain/core/messages";
import { renderMemories, storableText } from "@persisto/adapter-kit";
import type { Hit, Memory, Metadata } from "@persisto/contract";
import { createMiddleware, type AgentMiddleware } from "langchain";
import { recaller, type RecallOptions } from "../recaller.js";
import { checkPlace, namespaceOf, type NamespaceOf } from "./namespace-of.js";
import { lastHuman, turnText } from "./turn-text.js";

/** What an agent remembers, and how it recalls. */
export interface PersistoMemoryMiddlewareOptions {
  /** Never closed by the middleware. */
  memory: Memory;
  /** Whose memories: `user:42`, or what tells it from the run, `({ configurable }) => ...`. */
  namespace: NamespaceOf;
  /** How memories are found before the model is asked; false for not at all. */
  recall?: RecallOptions | false;
  /**
   * What is remembered once the agent has answered: `turn` (the default) for what the user said and the answer, `user` for the first
   * alone, `never`, or what a function makes of the messages (null for nothing).
   */
  remember?: "turn" | "user" | "never" | ((messages: BaseMessage[]) => string | null | Promise<string | null>);
  /** Of every memory. */
  metadata?: Metadata;
  ttlSeconds?: number;
  /** Memories as the model reads them. The default marks them as data; one of your own should do so, too. */
  template?: (hits: readonly Hit[]) => string;
  /** The agent answers without memories when they cannot be recalled. Default: a warning on the console. */
  onRecallError?: (error: unknown) => void;
  /** Default: the error is thrown, so that nothing is forgotten unnoticed. */
  onRememberError?: (error: unknown) => void;
}

/**
 * Long-term memory for `createAgent`: recalls what bears on the user's message, once a turn, and shows it to the model in the system
 * message, so that it never becomes part of the conversation; remembers the turn when the agent has answered.
 */
export function persistoMemoryMiddleware(options: PersistoMemoryMiddlewareOptions): AgentMiddleware {
  checkPlace(options);
  const recalled = new RecalledTexts(options);
  return createMiddleware({
    name: "PersistoMemory",
    beforeAgent: ({ messages }) => recalled.forget(messages),
    wrapModelCall: async (request, handler) => {
      const text = await recalled.textFor(request.messages, await namespaceOf(options.namespace, request.runtime));
      return handler(text === "" ? request : withSystemText(request, text));
    },
    afterAgent: async ({ messages }, runtime) => {
      const namespace = await namespaceOf(options.namespace, runtime);
      await remember(messages, namespace, options);
    },
  });
}

/** The request with a text after its system message. */
function withSystemText<Request extends { systemPrompt: string; systemMessage: SystemMessage }>(
  request: Request,
  text: string,
): Request {
  // Absent in the first releases of LangChain 1, which have the prompt alone.
  const message: SystemMessage | undefined = request.systemMessage;
  const before = message?.text ?? request.systemPrompt;
  const added = before ? `\n\n${text}` : text;
  return message
    ? { ...request, systemMessage: message.concat(added) }
    : { ...request, systemPrompt: `${before ?? ""}${added}` };
}

/** What was recalled for a message of the user, for as long as the message lives: a turn asks the model several times. */
class RecalledTexts {
  private readonly texts = new WeakMap<BaseMessage, Map<string, Promise<string>>>();
  private readonly recall: ((namespace: string, text: string) => Promise<Hit[]>) | null;

  constructor(private readonly options: PersistoMemoryMiddlewareOptions) {
    this.recall = options.recall === false ? null : recaller(options.memory, options.recall);
  }

  /** A turn begins: its message may have been used in another one. */
  forget(messages: readonly BaseMessage[]): void {
    const human = lastHuman(messages);
    if (human) this.texts.delete(human);
  }

  async textFor(messages: readonly BaseMessage[], namespace: string): Promise<string> {
    const human = lastHuman(messages);
    if (!human) return "";
    const ofMessage = this.texts.get(human) ?? new Map<string, Promise<string>>();
    this.texts.set(human, ofMessage);
    const text = ofMessage.get(namespace) ?? this.find(namespace, human.text);
    ofMessage.set(namespace, text);
    return text;
  }

  private async find(namespace: string, question: string): Promise<string> {
    if (!this.recall) return "";
    const { template = renderMemories, onRecallError = warn } = this.options;
    try {
      return template(await this.recall(namespace, question));
    } catch (error) {
      onRecallError(error);
      return "";
    }
  }
}

async function remember(
  messages: BaseMessage[],
  namespace: string,
  { memory, remember: what = "turn", metadata, ttlSeconds, onRememberError }: PersistoMemoryMiddlewareOptions,
): Promise<void> {
  if (what === "never") return;
  try {
    const text = typeof what === "function" ? await what(messages) : turnText(messages, what);
    const content = storableText(text ?? "");
    if (content.trim() === "") return;
    const extras = { ...(metadata && { metadata }), ...(ttlSeconds !== undefined && { ttlSeconds }) };
    await memory.save({ namespace, content, ...extras });
  } catch (error) {
    if (!onRememberError) throw error;
    onRememberError(error);
  }
}

function warn(error: unknown): void {
  // oxlint-disable-next-line no-console -- Every runtime of LangChain has it, and an agent without its memory must not go unnoticed.
  console.warn("Persisto could not recall memories; the agent answers without them.", error);
}
