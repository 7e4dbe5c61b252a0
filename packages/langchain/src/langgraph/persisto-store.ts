import {
  BaseStore,
  type GetOperation,
  type Item,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchItem,
  type SearchOperation,
} from "@langchain/langgraph-checkpoint";
import { checkMemory, invalidInput, orEmpty, readPages, saveAll } from "@persisto/adapter-kit";
import {
  isPersistoError,
  limits,
  type Memory,
  type MemoryRecord,
  type QueryInput,
  type SaveInput,
} from "@persisto/contract";
import { itemFilters } from "./item-filters.js";
import { isKeptInContent, toItem, toRecord, type ItemMetadata } from "./item-record.js";
import { selectNamespaces } from "./namespaces.js";
import { toId } from "./place.js";
import { isPut, runsOf } from "./runs-of.js";

/** Where and how items are kept. */
export interface PersistoStoreOptions {
  /** Never closed by the store. */
  memory: Memory;
  /** Persisto's namespace for all items; those of LangGraph are inside it. Default `langgraph`. */
  namespace?: string;
  /** The fields that items are found by, unless `put` says otherwise. Default `["$"]`, the whole value. */
  index?: { fields?: string[] };
  /** How long items live, unless `put` says otherwise. */
  ttl?: PersistoStoreTtl;
  /** How a query finds: a profile of Persisto. Default the nearest by vector, with nothing left out. */
  mode?: QueryInput["mode"];
}

/** How long items live. */
export interface PersistoStoreTtl {
  /** Minutes, as in LangGraph's own stores. */
  defaultTtl?: number;
  /** Whether reading an item lets it live as long again. Default false. */
  refreshOnRead?: boolean;
}

/** A put of this store: LangGraph's own knows no time to live. */
type TimedPut = PutOperation & { ttl?: number };

const nearest = {
  name: "langgraph",
  retrieval: "vector",
  minRelevance: 0,
  minSimilarity: -1,
  groupBy: "memory",
} as const;

/**
 * LangGraph's store over a Persisto memory: items by namespace and key, searched by prefix, filter and meaning. A batch is done in
 * order: what it puts, it gets.
 */
export class PersistoStore extends BaseStore {
  private readonly memory: Memory;
  private readonly namespace: string;
  private readonly fields: readonly string[];
  private readonly ttl: PersistoStoreTtl;
  private readonly mode: QueryInput["mode"];

  constructor({ memory, namespace = "langgraph", index, ttl = {}, mode = nearest }: PersistoStoreOptions) {
    super();
    checkMemory({ memory, namespace }, "namespace");
    this.memory = memory;
    this.namespace = namespace;
    this.fields = index?.fields ?? ["$"];
    this.ttl = ttl;
    this.mode = mode;
  }

  /** As LangGraph's, with minutes to live. */
  override async put(
    namespace: string[],
    key: string,
    value: Record<string, unknown>,
    index?: false | string[],
    { ttl }: { ttl?: number } = {},
  ): Promise<void> {
    if (ttl === undefined) return super.put(namespace, key, value, index);
    // LangGraph checks the namespace in its own put, each version in its way.
    const timed: Pick<BaseStore, "batch"> = {
      batch: (operations) =>
        this.batch(operations.map((operation) => ({ ...operation, ttl })) as Operation[] as typeof operations),
    };
    await super.put.call(timed as BaseStore, namespace, key, value, index);
  }

  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results: unknown[] = [];
    for (const run of runsOf(operations)) {
      if (run.every(isPut)) results.push(...(await this.write(run)));
      else results.push(...(await Promise.all(run.map((operation) => this.read(operation)))));
    }
    return results as OperationResults<Op>;
  }

  private read(operation: Operation): Promise<Item | null | SearchItem[] | string[][]> {
    if ("namespacePrefix" in operation) return this.find(operation);
    if ("key" in operation) return this.getItem(operation);
    return this.namespaces(operation);
  }

  /** Of several puts of one item the last counts. */
  private async write(puts: readonly TimedPut[]): Promise<undefined[]> {
    const byId = new Map(puts.map((put) => [toId(put.namespace, put.key), put]));
    const kept = [...byId].filter(([, { value }]) => value !== null);
    const gone = [...byId].filter(([, { value }]) => value === null).map(([id]) => id);
    await saveAll(
      this.memory,
      kept.map(([id, put]) => this.toInput(id, put)),
    );
    for (let start = 0; start < gone.length; start += limits.batch) {
      await this.memory.delete({ namespace: this.namespace, ids: gone.slice(start, start + limits.batch) });
    }
    return puts.map(() => undefined);
  }

  private toInput(
    id: string,
    { namespace: labels, key, value, index, ttl = this.ttl.defaultTtl }: TimedPut,
  ): SaveInput {
    if (labels.length === 0) throw invalidInput("namespace", "must have a label to put an item in");
    const fields = index === false ? [] : (index ?? this.fields);
    const record = toRecord({ labels, key, value: value ?? {}, fields, at: new Date() });
    const ttlSeconds = ttl === undefined ? undefined : Math.ceil(ttl * 60);
    return {
      namespace: this.namespace,
      id,
      ...record,
      ...(ttlSeconds !== undefined && { ttlSeconds, metadata: { ...record.metadata, ttlSeconds } }),
    };
  }

  private async getItem({ namespace: labels, key }: GetOperation): Promise<Item | null> {
    const record = await this.memory.get({ namespace: this.namespace, id: toId(labels, key) });
    if (record === null) return null;
    await this.refresh([record]);
    return toItem(record);
  }

  private async find(operation: SearchOperation): Promise<SearchItem[]> {
    const { query, limit = 10, offset = 0 } = operation;
    if (limit <= 0) return [];
    return query
      ? this.findByMeaning(operation, { query, limit, offset })
      : this.listItems(operation, { limit, offset });
  }

  /** Those with a text by meaning, then those without one. */
  private async findByMeaning(
    operation: SearchOperation,
    { query, limit, offset }: { query: string; limit: number; offset: number },
  ): Promise<SearchItem[]> {
    const k = offset + limit;
    if (k > limits.k)
      throw invalidInput("offset", `and limit together are ${k}; a query goes ${limits.k} deep at most`);
    const filters = { and: [itemFilters(operation.namespacePrefix, operation.filter), { indexed: true }] };
    const asked = this.memory.query({
      namespace: this.namespace,
      query,
      k,
      mode: this.mode,
      groupBy: "memory",
      filters,
    });
    const { results } = await orEmpty(asked, { results: [], dropped: 0 });
    const hits = results.slice(offset);
    await this.refresh(hits);
    const found = await Promise.all(
      hits.map(async ({ similarity, score, ...hit }) => {
        const whole = isKeptInContent(hit.metadata)
          ? await this.memory.get({ id: hit.id, namespace: this.namespace })
          : hit;
        return whole && { ...toItem(whole), score: similarity ?? score };
      }),
    );
    const items = found.filter((item) => item !== null);
    const rest = { limit: k - Math.max(results.length, offset), offset: Math.max(0, offset - results.length) };
    return rest.limit === 0 ? items : [...items, ...(await this.listItems(operation, { ...rest, indexed: false }))];
  }

  /** The newest first. */
  private async listItems(
    { namespacePrefix, filter }: SearchOperation,
    { limit, offset, indexed }: { limit: number; offset: number; indexed?: boolean },
  ): Promise<SearchItem[]> {
    const place = itemFilters(namespacePrefix, filter);
    const filters = indexed === undefined ? place : { and: [place, { indexed }] };
    const records = await this.records(filters, offset + limit);
    const page = records.slice(offset);
    await this.refresh(page);
    return page.map(toItem);
  }

  private async namespaces(operation: ListNamespacesOperation): Promise<string[][]> {
    const prefix = operation.matchConditions?.find(({ matchType }) => matchType === "prefix")?.path ?? [];
    const wildcard = prefix.indexOf("*");
    const records = await this.records(itemFilters(wildcard < 0 ? prefix : prefix.slice(0, wildcard)));
    return selectNamespaces(new Set(records.map(({ metadata }) => (metadata as ItemMetadata).path)), operation);
  }

  private records(filters: NonNullable<QueryInput["filters"]>, most = Infinity): Promise<MemoryRecord[]> {
    return readPages(this.memory, { namespace: this.namespace, filters }, most);
  }

  private async refresh(read: readonly Pick<MemoryRecord, "id" | "metadata">[]): Promise<void> {
    if (!this.ttl.refreshOnRead) return;
    const { namespace } = this;
    const timed = read.flatMap(({ id, metadata }) => {
      const { ttlSeconds } = metadata;
      return typeof ttlSeconds === "number" ? [{ id, namespace, ttlSeconds }] : [];
    });
    await Promise.all(timed.map((change) => orGone(this.memory.update(change))));
  }
}

/** An item that has expired since it was read needs no longer life. */
async function orGone(update: Promise<unknown>): Promise<void> {
  try {
    await update;
  } catch (error) {
    if (!isPersistoError(error) || error.code !== "not_found") throw error;
  }
}
