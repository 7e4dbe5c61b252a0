import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";

// Making an embedded Postgres takes 2 s, on a busy machine ten times as long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`saving on ${title}`, () => {
    let database: TestDatabase;
    let persisto: Persisto;

    beforeEach(async () => {
      database = await backend.create();
      persisto = await createPersisto(database.options);
    });

    afterEach(async () => {
      await persisto.close();
      await database.drop();
    });

    /** Runs a statement while Persisto is closed. */
    async function runBehindItsBack<Row extends object>(text: string): Promise<Row[]> {
      await persisto.close();
      const client = await database.probe();
      const rows = await client.query<Row>(text);
      await client.close();
      persisto = await createPersisto(database.options);
      return rows;
    }

    async function contents(): Promise<string[]> {
      const { memories } = await persisto.list({ namespace: "n" });
      return memories.map(({ content }) => content).toSorted();
    }

    it("takes new ids and taken ones in one call, and leaves no passage of what it replaced", async () => {
      await persisto.saveMany(["a", "b"].map((id) => ({ namespace: "n", id, content: `Old ${id}.` })));
      await persisto.saveMany(["b", "c", "d"].map((id) => ({ namespace: "n", id, content: `New ${id}.` })));
      await persisto.saveMany(["c", "d"].map((id) => ({ namespace: "n", id, content: `Newer ${id}.` })));
      await persisto.saveMany(["e", "f"].map((id) => ({ namespace: "other", id, content: `Other ${id}.` })));
      expect(await contents()).toEqual(["New b.", "Newer c.", "Newer d.", "Old a."]);
      const [counts] = await runBehindItsBack(
        `select (select count(*) from persisto.memories) as memories, (select count(*) from persisto.chunks) as chunks,
          (select count(*) from persisto.embeddings_1) as embeddings`,
      );
      expect(counts).toEqual({ memories: "6", chunks: "6", embeddings: "6" });
    });

    it("gives memories saved in one call the order of the call", async () => {
      await persisto.save({ namespace: "n", content: "First." });
      await persisto.saveMany(["z", "a", "m"].map((id) => ({ namespace: "n", id, content: id })));
      const { memories } = await persisto.list({ namespace: "n" });
      expect(memories.map(({ content }) => content)).toEqual(["m", "a", "z", "First."]);
    });

    it("saves nothing when the database loses a part without an error", async () => {
      await persisto.save({ namespace: "n", content: "Kept." });
      await runBehindItsBack(
        `create function persisto.lose() returns trigger language plpgsql as 'begin return null; end'`,
      );
      await runBehindItsBack(
        `create trigger lose before insert on persisto.embeddings_1 for each row when (new.ordinal = 0) execute function persisto.lose()`,
      );
      await expect(persisto.save({ namespace: "n", content: "Lost." })).rejects.toMatchObject({ code: "internal" });
      const both = ["One.", "Two."].map((content) => ({ namespace: "n", content }));
      await expect(persisto.saveMany(both)).rejects.toMatchObject({ code: "internal" });
      expect(await contents()).toEqual(["Kept."]);
    });
  });
}
