import { setTimeout as pause } from "node:timers/promises";
import type { Memory, Persisto, QueryInput, RetrievalProfile, SaveInput } from "@persisto/core";
import type { Row } from "../corpus/corpus.js";
import type { KeptSubject, Search, Subject } from "./subject.js";

/** Without a threshold: what is measured must find ten, however little alike they are. */
const everything: RetrievalProfile = { name: "everything", minRelevance: 0 };

/** A memory as a text alone. */
export interface Text {
  readonly namespace: string;
  readonly id: string;
  readonly content: string;
}

/** Any Memory as a subject: embedded, native, or over HTTP. The one place that knows how Persisto is called. */
export class PersistoSubject implements Subject {
  readonly name: string;
  readonly memory: Memory;
  readonly afterLoad: () => Promise<void>;
  readonly close: () => Promise<void>;

  constructor(name: string, memory: Memory, { afterLoad, close }: Pick<Subject, "afterLoad" | "close">) {
    this.name = name;
    this.memory = memory;
    this.afterLoad = async () => {
      await untilIndexed(memory);
      await afterLoad();
    };
    this.close = close;
  }

  async save(row: Row): Promise<void> {
    await this.memory.save(toInput(row));
  }

  async saveMany(rows: readonly Row[]): Promise<void> {
    await this.memory.saveMany(rows.map(toInput));
  }

  /** Saves texts without vectors of their own, so that they are split and embedded. */
  async saveTexts(texts: readonly Text[]): Promise<void> {
    await this.memory.saveMany(texts);
  }

  async deleteNamespace(namespace: string): Promise<number> {
    return (await this.memory.deleteNamespace({ namespace })).count;
  }

  async search({ question, k, by, filters }: Search): Promise<string[]> {
    const input: QueryInput = {
      namespace: question.namespace,
      embedding: [...question.vector],
      mode: everything,
      k,
      ...(by === "hybrid" && { query: question.text }),
      ...(filters && { filters }),
    };
    return this.#ask(input);
  }

  /** As most users ask: with a text alone, of which Persisto makes the vector. */
  async searchByText({ question, k }: Search): Promise<string[]> {
    return this.#ask({ namespace: question.namespace, query: question.text, mode: everything, k });
  }

  async #ask(input: QueryInput): Promise<string[]> {
    const { results } = await this.memory.query(input);
    return results.map(({ id }) => id);
  }
}

/** Persisto in this process, whose upkeep can be asked for. */
export class InProcessPersisto extends PersistoSubject implements KeptSubject {
  readonly #persisto: Persisto;

  constructor(name: string, persisto: Persisto, afterLoad: () => Promise<void>) {
    super(name, persisto, { afterLoad, close: () => persisto.close() });
    this.#persisto = persisto;
  }

  async saveExpiring(rows: readonly Row[], ttlSeconds: number): Promise<void> {
    await this.#persisto.saveMany(rows.map((row) => ({ ...toInput(row), ttlSeconds })));
  }

  async sweep(): Promise<void> {
    await this.#persisto.sweep();
  }
}

/** Passages above which Persisto indexes a namespace. */
const exactPassages = 5_000;

/**
 * Large namespaces are indexed in the background; what is measured is how they are afterwards, when the index holds
 * every passage and no step towards it is left.
 */
async function untilIndexed(memory: Memory): Promise<void> {
  for (const { namespace, count } of await memory.listNamespaces()) {
    if (count <= exactPassages) continue;
    const { memories } = await memory.list({ namespace, limit: 1 });
    const query = memories[0]!.content;
    for (;;) {
      const { explanation } = await memory.query({ namespace, query, retrieval: "vector", k: 1, explain: true });
      if (explanation!.unindexed === 0) break;
      // Until there is an index the question itself reads everything: it must not hold up what it waits for.
      await pause(Math.max(2_000, 20 * explanation!.durationsMs.total));
    }
  }
}

function toInput({ id, namespace, content, metadata, vector }: Row): SaveInput {
  return { id, namespace, content, metadata, embedding: [...vector] };
}
