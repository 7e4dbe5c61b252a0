import type { Embedder } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import { openEmbeddingSpace } from "../src/store/postgres/embedding-space.js";
import { search } from "../src/store/postgres/queries/search/search.js";
import type { Query } from "../src/store/sql-client.js";
import type { SearchPlan } from "../src/store/store.js";
import { backends, type TestDatabase } from "./backends.js";
import { usePersisto, useProbe } from "./use-database.js";

const scope = { projectId: "default" };
const embedder: Embedder = {
  id: "test/one",
  dimensions: 4,
  embed: async (texts) => texts.map(() => Float32Array.of(1, 0, 0, 0)),
};

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`the plan of a search on ${title}`, () => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await backend.create();
    }, 60_000);

    afterAll(() => database.drop());

    it(
      "reads no other namespace, also when it was made where one namespace was all there is",
      { timeout: 60_000 },
      async () => {
        const memories = Array.from({ length: 300 }, (_, index) => ({ namespace: "one", content: `${index} words` }));
        await usePersisto({ ...database.options, embedder }, (persisto) => persisto.saveMany(memories));
        await useProbe(database, async (probe) => {
          await probe.query("analyze persisto.memories, persisto.chunks, persisto.embeddings_1");
          const { space } = await openEmbeddingSpace(probe, [embedder]);
          const { store } = await openPostgresStore(probe, [embedder]);
          const { id: namespaceId } = (await store.statistics(scope, "one"))!;
          const session = probe.session({ sight: { role: "persisto_app", ...scope } });
          let explained = "";
          const explain: Query = async (text, parameters, options) => {
            const lines = await session.query<{ "QUERY PLAN": string }>(`explain ${text}`, parameters, options);
            explained = lines.map((line) => line["QUERY PLAN"]).join("\n");
            return session.query(text, parameters, options);
          };
          const direction = Float32Array.of(1, 0, 0, 0);
          const plan: SearchPlan = {
            namespace: "one",
            namespaceId,
            vector: { values: direction, direction, background: direction, access: "exact", breadth: 100 },
            text: { terms: [[1, 1]], fullScore: 1, averageLength: 2, access: { kind: "exact" } },
            filters: {},
            filtersByIndex: false,
            candidates: 50,
            withVectors: true,
            counts: null,
          };
          expect(await search(explain, { scope, space, plan })).toMatchObject({ candidates: { length: 50 } });
          for (const index of ["embeddings_1_by_namespace", "chunks_by_namespace"]) {
            expect(explained).toMatch(new RegExp(`Index Scan (using|on) ${index}`, "u"));
          }
          for (const key of ["embeddings_1_pkey", "chunks_pkey", "memories_project_id_seq_key"]) {
            expect(explained).toMatch(
              new RegExp(`Index Scan using ${key} .*\\n *Index Cond: .*seq = candidate\\.memory_seq`, "u"),
            );
          }
          expect(explained).not.toMatch(/Seq Scan on (embeddings_1|chunks|memories)/u);
        });
      },
    );
  });
}
