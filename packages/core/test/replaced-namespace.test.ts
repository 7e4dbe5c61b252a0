import { PersistoNotFoundError, type QueryInput } from "@persisto/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { createTestDatabase, nativeUrl, type TestDatabase } from "./native-database.js";

// An embedded database has one Persisto only, which knows of every change.
const native = nativeUrl === undefined ? "native Postgres: PERSISTO_TEST_DATABASE_URL is not set" : "native Postgres";

describe.skipIf(nativeUrl === undefined)(`a namespace that another server replaces on ${native}`, () => {
  const namespace = "shared";
  const before = { namespace, id: "before", content: "The coupon code is SUMMER.", metadata: { kind: "coupon" } };
  const after = { namespace, id: "after", content: "The coupon code is WINTER.", metadata: { kind: "coupon" } };
  let database: TestDatabase;
  let persisto: Persisto;
  let other: Persisto;

  beforeAll(async () => {
    database = await createTestDatabase();
    persisto = await createPersisto({ databaseUrl: database.url });
    other = await createPersisto({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await persisto?.close();
    await other?.close();
    await database?.drop();
  });

  async function find(options: Partial<QueryInput> = {}): Promise<string[]> {
    const { results } = await persisto.query({ namespace, query: "coupon code", mode: "fuzzy", ...options });
    return results.map(({ content }) => content);
  }

  // From here on what is known of the namespace is not asked for again.
  beforeEach(async () => {
    await other.save(before);
    expect(await find()).toEqual([before.content]);
  });

  afterEach(async () => {
    await other.deleteNamespace({ namespace });
  });

  it.each<Partial<QueryInput>>([
    { retrieval: "hybrid" },
    { retrieval: "vector" },
    { retrieval: "text" },
    { filters: { kind: "coupon" } },
  ])("is answered from as it is now: %o", async (options) => {
    await other.deleteNamespace({ namespace });
    await other.save(after);
    expect(await find(options)).toEqual([after.content]);
    expect(await find(options)).toEqual([after.content]);
  });

  it("is unknown while it is deleted, and known again once it is made anew", async () => {
    await other.deleteNamespace({ namespace });
    await expect(find()).rejects.toThrow(PersistoNotFoundError);
    await expect(find()).rejects.toMatchObject({ details: { resource: "namespace" } });
    await other.save(after);
    expect(await find()).toEqual([after.content]);
  });
});
