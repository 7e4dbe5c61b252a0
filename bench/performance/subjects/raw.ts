import type { Row } from "../corpus/corpus.js";
import {
  deleteExpired,
  deleteNamespace,
  indexNamespace,
  insertRows,
  schema,
  searchBreadth,
  searchHybrid,
  searchNearest,
} from "./raw-sql.js";
import type { SqlConnection } from "./sql-connection.js";
import type { KeptSubject, Search } from "./subject.js";

/**
 * The bound: the same work as one hand-written statement a call, exact in small namespaces, by a partial HNSW index in large
 * ones. Parameters are serialised in the call, as every program has to.
 */
export class RawSql implements KeptSubject {
  readonly name: string;
  readonly #sql: SqlConnection;
  readonly #rowCounts = new Map<string, number>();
  /** Breadths of searches, by namespace that has an index. */
  readonly #indexed = new Map<string, number>();

  private constructor(name: string, sql: SqlConnection) {
    this.name = name;
    this.#sql = sql;
  }

  static async open(name: string, sql: SqlConnection): Promise<RawSql> {
    for (const statement of schema(sql.vectorType)) await sql.run("", statement);
    return new RawSql(name, sql);
  }

  save(row: Row): Promise<void> {
    return this.saveMany([row]);
  }

  saveMany(rows: readonly Row[]): Promise<void> {
    return this.#insert(rows, null);
  }

  saveExpiring(rows: readonly Row[], ttlSeconds: number): Promise<void> {
    return this.#insert(rows, ttlSeconds);
  }

  async #insert(rows: readonly Row[], ttlSeconds: number | null): Promise<void> {
    const namespace = rows[0]!.namespace;
    await this.#sql.run("insert", insertRows(this.#sql.vectorType), [
      namespace,
      rows.map(({ id }) => id),
      rows.map(({ content }) => content),
      rows.map(({ metadata }) => JSON.stringify(metadata)),
      rows.map(({ vector }) => literal(vector)),
      ttlSeconds,
    ]);
    this.#rowCounts.set(namespace, (this.#rowCounts.get(namespace) ?? 0) + rows.length);
  }

  async search({ question, k, by, filters }: Search): Promise<string[]> {
    const { namespace, text, vector } = question;
    const type = this.#sql.vectorType;
    const breadth = this.#indexed.get(namespace);
    const values: unknown[] = [namespace, literal(vector), k];
    let rows: { id: string }[];
    if (by === "hybrid") {
      rows = await this.#sql.run(`hybrid-${breadth}`, searchHybrid(type, { breadth }), [...values, text]);
    } else if (filters) {
      const sql = searchNearest(type, { filtered: true });
      rows = await this.#sql.run("filtered", sql, [...values, JSON.stringify(filters)]);
    } else {
      rows = await this.#sql.run(`nearest-${breadth}`, searchNearest(type, { breadth, filtered: false }), values);
    }
    return rows.map(({ id }) => id);
  }

  async sweep(): Promise<void> {
    await this.#sql.run("sweep", deleteExpired);
  }

  async deleteNamespace(namespace: string): Promise<number> {
    const [row] = await this.#sql.run<{ count: number }>("delete-namespace", deleteNamespace, [namespace]);
    this.#rowCounts.delete(namespace);
    return row!.count;
  }

  async afterLoad(): Promise<void> {
    for (const [namespace, rows] of this.#rowCounts) {
      if (rows <= this.#sql.indexFromRows || this.#indexed.has(namespace)) continue;
      await this.#sql.run("", indexNamespace(this.#sql.vectorType, namespace));
      this.#indexed.set(namespace, searchBreadth(rows));
    }
    for (const table of ["memories", "embeddings"]) await this.#sql.run("", `vacuum analyze ${table}`);
  }

  close(): Promise<void> {
    return this.#sql.close();
  }
}

function literal(vector: Float32Array): string {
  return `[${vector.join(",")}]`;
}
