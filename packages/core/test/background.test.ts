import type { Embedder } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto } from "../src/create-persisto.js";
import { openEmbeddingSpace } from "../src/store/postgres/embedding-space.js";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import { namespaceStatistics, sampleMetadata } from "../src/store/postgres/queries/namespace-statistics.js";
import type { Query } from "../src/store/sql-client.js";
import { backends, type TestDatabase } from "./backends.js";

const dimensions = 4;

/** A direction for each first letter, so that the passages of one text differ. */
const embedder: Embedder = {
  id: "test/letters",
  dimensions,
  embed: async (texts) =>
    texts.map((text) => Float32Array.from({ length: dimensions }, (_, index) => +(index === text.charCodeAt(0) % 4))),
};

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`the background of a namespace on ${title}`, () => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await backend.create();
    }, 60_000);

    afterAll(() => database.drop());

    it("is the mean of all passages where they are few, each counted once", { timeout: 60_000 }, async () => {
      const persisto = await createPersisto({ ...database.options, embedder });
      const long = ["a", "b", "b", "c"].map((letter) => `${letter}${" word".repeat(240)}.`).join("\n\n");
      const contents = ["d one", "d two", "a three", long, "c four"];
      await persisto.saveMany(contents.map((content) => ({ namespace: "few", content })));
      await persisto.close();

      const client = await database.probe();
      try {
        const { store } = await openPostgresStore(client, [embedder]);
        const [all] = await client.query<{ mean: string; passages: number }>(
          `select avg(embedding)::text as mean, count(*)::int as passages from persisto.embeddings_1`,
        );
        expect(all!.passages).toBeGreaterThan(contents.length);
        const statistics = await store.statistics({ projectId: "default" }, "few");
        const expected = JSON.parse(all!.mean) as number[];
        statistics!.meanVector!.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 3));
      } finally {
        await client.close();
      }
    });

    it("is sampled by an index, however large the namespace", { timeout: 60_000 }, async () => {
      const persisto = await createPersisto({ ...database.options, embedder });
      for (let batch = 0; batch < 3; batch++) {
        const memories = Array.from({ length: 1_000 }, (_, index) => ({
          namespace: "many",
          content: `${index} words`,
        }));
        await persisto.saveMany(memories);
      }
      await persisto.close();

      const client = await database.probe();
      try {
        await client.query("analyze persisto.memories");
        const { space } = await openEmbeddingSpace(client, [embedder]);
        const plans: string[] = [];
        const scope = { projectId: "default" };
        const session = client.session({ sight: { role: "persisto_app", ...scope } });
        const explain: Query = async (text, parameters, options) => {
          if (text.includes("generate_series")) {
            const lines = await session.query<{ "QUERY PLAN": string }>(`explain ${text}`, parameters);
            plans.push(lines.map((line) => line["QUERY PLAN"]).join("\n"));
          }
          return session.query(text, parameters, options);
        };
        const statistics = await namespaceStatistics(explain, { scope, space, namespace: "many" });
        await sampleMetadata(explain, { scope, namespaceId: statistics!.id, limit: 100 });
        expect(plans).toHaveLength(3);
        // Not a filter: looking through the namespace for each place took 13 s with 480,000 memories.
        for (const plan of plans) expect(plan).toMatch(/Index Cond: .*seq >= /u);
      } finally {
        await client.close();
      }
    });
  });
}
