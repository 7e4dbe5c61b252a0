import type { Embedder } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto } from "../src/create-persisto.js";
import { openEmbeddingSpace } from "../src/store/postgres/embedding-space.js";
import { createPostgresStore } from "../src/store/postgres/postgres-store.js";
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
        const { space } = await openEmbeddingSpace(client, [embedder]);
        const [all] = await client.query<{ mean: string; passages: number }>(
          `select avg(embedding)::text as mean, count(*)::int as passages from ${space.table}`,
        );
        expect(all!.passages).toBeGreaterThan(contents.length);
        const statistics = await createPostgresStore(client, space).statistics({ projectId: "default" }, "few");
        const expected = JSON.parse(all!.mean) as number[];
        statistics!.meanVector!.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 3));
      } finally {
        await client.close();
      }
    });
  });
}
