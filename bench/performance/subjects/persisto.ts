import { setTimeout as pause } from "node:timers/promises";
import type { Memory, QueryInput, RetrievalProfile, SaveInput } from "@persisto/core";
import type { Row } from "../corpus/corpus.js";
import type { Search, Subject } from "./subject.js";

/** Without a threshold: what is measured must find ten, however little alike they are. */
const everything: RetrievalProfile = { name: "everything", minRelevance: 0 };

/** Any Memory as a subject: embedded, native, or over HTTP. The one place that knows how Persisto is called. */
export class PersistoSubject implements Subject {
  readonly name: string;
  readonly #memory: Memory;
  readonly afterLoad: () => Promise<void>;
  readonly close: () => Promise<void>;

  constructor(name: string, memory: Memory, { afterLoad, close }: Pick<Subject, "afterLoad" | "close">) {
    this.name = name;
    this.#memory = memory;
    this.afterLoad = async () => {
      await untilIndexed(memory);
      await afterLoad();
    };
    this.close = close;
  }

  async save(row: Row): Promise<void> {
    await this.#memory.save(toInput(row));
  }

  async saveMany(rows: readonly Row[]): Promise<void> {
    await this.#memory.saveMany(rows.map(toInput));
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
    const { results } = await this.#memory.query(input);
    return results.map(({ id }) => id);
  }
}

/** Passages above which Persisto indexes a namespace. */
const exactPassages = 5_000;

/** Large namespaces are indexed in the background; what is measured is how they are afterwards. */
async function untilIndexed(memory: Memory): Promise<void> {
  for (const { namespace, count } of await memory.listNamespaces()) {
    if (count <= exactPassages) continue;
    const { memories } = await memory.list({ namespace, limit: 1 });
    const ask = async (): Promise<boolean> => {
      const query = memories[0]!.content;
      const { explanation } = await memory.query({ namespace, query, retrieval: "vector", k: 1, explain: true });
      return explanation!.plan.vector === "index";
    };
    while (!(await ask())) await pause(500);
  }
}

function toInput({ id, namespace, content, metadata, vector }: Row): SaveInput {
  return { id, namespace, content, metadata, embedding: [...vector] };
}
