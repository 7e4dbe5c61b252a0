import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { staticEmbedder } from "../src/embedders/static/static-embedder.js";
import { backends, type TestDatabase } from "./backends.js";

const contents = ["The lighthouse keeper collects blue glass bottles.", "Taxes are due at the end of May."];

/** What version 1 of the schema wrote for two memories. */
async function makeFirstVersion(database: TestDatabase): Promise<void> {
  const client = await database.probe();
  const embedder = await staticEmbedder();
  const vectors = await embedder.embed(contents, { kind: "document" });
  try {
    await client.transaction(async (query) => {
      await query("create extension if not exists vector");
      await query("create schema persisto");
      await query(
        "create table persisto.migrations (version integer primary key, name text not null, applied_at timestamptz not null default now())",
      );
      const sql = await readFile(new URL("../src/store/postgres/migrations/0001-init.sql", import.meta.url), "utf8");
      for (const statement of sql.split(/;\s*$/m)) if (statement.trim() !== "") await query(statement);
      await query("insert into persisto.migrations (version, name) values (1, 'init')");
      await query("insert into persisto.embedding_spaces (embedder_id, dimensions) values ($1, $2::int)", [
        embedder.id,
        embedder.dimensions,
      ]);
      await query(`create table persisto.embeddings_1 (
        project_id text not null, memory_seq bigint not null, ordinal integer not null, namespace_id bigint not null,
        expires_at timestamptz, embedding ${client.vectorType}(${embedder.dimensions}) not null,
        primary key (project_id, memory_seq, ordinal),
        foreign key (project_id, memory_seq, ordinal) references persisto.chunks on delete cascade on update cascade
      )`);
      await query("create index on persisto.embeddings_1 (project_id, namespace_id)");
      await query("insert into persisto.projects (id) values ('default')");
      await query("insert into persisto.namespaces (project_id, name) values ('default', 'old')");
      for (const [index, content] of contents.entries()) {
        await query(
          `insert into persisto.memories (project_id, namespace_id, id, seq, content, metadata, chunk_count)
          values ('default', 1, $1, nextval('persisto.memory_seq'), $2, '{"n": 1}', 1)`,
          [`m${index}`, content],
        );
        await query(
          `insert into persisto.chunks (project_id, memory_seq, ordinal, namespace_id, lexemes)
          values ('default', $1::bigint, 0, 1, to_tsvector('english', $2))`,
          [String(index + 1), content],
        );
        await query(
          `insert into persisto.embeddings_1 (project_id, memory_seq, ordinal, namespace_id, embedding)
          values ('default', $1::bigint, 0, 1, $2::${client.vectorType}(${embedder.dimensions}))`,
          [String(index + 1), JSON.stringify([...vectors[index]!])],
        );
      }
    });
  } finally {
    await client.close();
  }
}

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`a database of the first schema on ${title}`, () => {
    let database: TestDatabase;
    let persisto: Persisto;

    beforeAll(async () => {
      database = await backend.create();
      await makeFirstVersion(database);
      persisto = await createPersisto(database.options);
    }, 120_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    it("keeps its memories", async () => {
      const { memories } = await persisto.list({ namespace: "old", filters: { n: 1 } });
      expect(memories.map(({ content }) => content).toSorted()).toEqual(contents.toSorted());
    });

    it("finds them by their words, as soon as it is open, and by meaning", async () => {
      const find = async (retrieval: "text" | "vector") =>
        (await persisto.query({ namespace: "old", query: "bottle collectors", retrieval, mode: "fuzzy" })).results;
      expect((await find("text")).map(({ content }) => content)).toEqual([contents[0]]);
      expect((await find("vector"))[0]?.content).toBe(contents[0]);
    });

    it("takes new memories beside them", async () => {
      await persisto.save({ namespace: "old", id: "new", content: "Bottles are returned on Monday." });
      const { results } = await persisto.query({ namespace: "old", query: "bottles", retrieval: "text" });
      expect(results).toHaveLength(2);
    });
  });
}
