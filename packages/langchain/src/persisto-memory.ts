import { Document } from "@langchain/core/documents";
import {
  BaseMemory,
  getInputValue,
  getOutputValue,
  type InputValues,
  type MemoryVariables,
} from "@langchain/core/memory";
import { checkMemory, renderMemories, storableText } from "@persisto/adapter-kit";
import type { Hit, Memory, Metadata } from "@persisto/contract";
import { recaller, type RecallOptions } from "./recaller.js";

/** What is remembered, and how it is recalled. */
export interface PersistoMemoryInput extends RecallOptions {
  /** Never closed by the chain's memory. */
  memory: Memory;
  /** Whose memories: name the user, as in `user:42`. */
  namespace: string;
  /** The prompt's variable. Default `memory`. */
  memoryKey?: string;
  /** Which input is what the user says; needed where there are several. */
  inputKey?: string;
  /** Which output is the answer; needed where there are several. */
  outputKey?: string;
  /** Whether the variable holds documents, not a text. Default false. */
  returnDocs?: boolean;
  /** Of every turn that is saved. */
  metadata?: Metadata;
  ttlSeconds?: number;
}

/**
 * Long-term memory of a chain: what was said before and bears on what is said now, however long ago. As a text it is marked as
 * data, so that no memory gives orders.
 */
export class PersistoMemory extends BaseMemory {
  private readonly input: PersistoMemoryInput;
  private readonly find: (query: string) => Promise<Hit[]>;

  constructor(input: PersistoMemoryInput) {
    super();
    checkMemory(input, "namespace");
    const recall = recaller(input.memory, input);
    this.input = input;
    this.find = (query) => recall(input.namespace, query);
  }

  get memoryKey(): string {
    return this.input.memoryKey ?? "memory";
  }

  override get memoryKeys(): string[] {
    return [this.memoryKey];
  }

  override async loadMemoryVariables(values: InputValues): Promise<MemoryVariables> {
    const hits = await this.find(String(getInputValue(values, this.input.inputKey)));
    const documents = () =>
      hits.map(({ id, content, metadata }) => new Document({ id, pageContent: content, metadata }));
    return { [this.memoryKey]: this.input.returnDocs ? documents() : renderMemories(hits) };
  }

  /** Remembers a turn as one text. */
  override async saveContext(inputs: InputValues, outputs: MemoryVariables): Promise<void> {
    const { memory, namespace, metadata, ttlSeconds, inputKey, outputKey } = this.input;
    const said = { ...inputs };
    // Chains hand in what was recalled along with what was said.
    if (inputKey === undefined) delete said[this.memoryKey];
    const turn = `Human: ${getInputValue(said, inputKey)}\nAI: ${getOutputValue(outputs, outputKey)}`;
    await memory.save({
      namespace,
      content: storableText(turn),
      ...(metadata && { metadata }),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    });
  }
}
