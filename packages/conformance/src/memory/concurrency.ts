import { describe, expect, it } from "vitest";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** What holds when many call at once. */
export function describeConcurrency(memory: MemoryAccessor): void {
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));

  /** The one memory left of many writers: its content, metadata and passages are of the same writer. */
  async function expectOneWriter(namespace: string, id: string, contents: readonly string[]): Promise<void> {
    const record = await memory().get({ id, namespace });
    const writer = Number(record?.metadata["writer"]);
    expect(record?.content).toBe(contents[writer]);
    const { results } = await memory().query({
      namespace,
      query: `writer${writer}`,
      filters: { writer },
      mode: "fuzzy",
      k: 100,
    });
    const passages = results.filter((hit) => hit.id === id);
    expect(passages.length).toBeGreaterThan(0);
    for (const hit of passages) {
      expect(contents[writer]).toContain(hit.content);
      expect(hit.chunk.count).toBe(passages[0]?.chunk.count);
    }
  }

  describe("concurrency", () => {
    it("leaves one complete memory of twenty concurrent saves of an id", async () => {
      const namespace = freshNamespace();
      const contents = times(20, (writer) => longText(writer % 4 === 0 ? 12_000 : 60, `writer${writer}`));
      const saved = await Promise.all(
        contents.map((content, writer) => memory().save({ namespace, id: "contested", content, metadata: { writer } })),
      );
      expect(saved.map(({ id }) => id)).toEqual(times(20, () => "contested"));
      expect((await memory().list({ namespace, withTotal: true })).total).toBe(1);
      expect(await memory().listNamespaces()).toContainEqual({ namespace, count: 1 });
      await expectOneWriter(namespace, "contested", contents);
      const { results } = await memory().query({ namespace, query: "Note", mode: { minSimilarity: -1 }, k: 100 });
      expect(new Set(results.map((hit) => hit.chunk.count)).size).toBe(1);
      expect(new Set(results.map((hit) => hit.chunk.index)).size).toBe(results.length);
    });

    it("saves everything that comes at once into a new namespace", async () => {
      const namespace = freshNamespace();
      await Promise.all(times(20, (index) => memory().save({ namespace, id: `${index}`, content: `Guest ${index}.` })));
      const { memories } = await memory().list({ namespace });
      expect(memories.map((record) => record.content).toSorted()).toEqual(
        times(20, (index) => `Guest ${index}.`).toSorted(),
      );
      expect(await memory().listNamespaces()).toContainEqual({ namespace, count: 20 });
    });

    it("saves batches of the same ids in different orders", async () => {
      const namespace = freshNamespace();
      const ids = times(15, (index) => `id-${index}`);
      const contents = times(10, (writer) => `A line of writer${writer}.`);
      const batches = contents.map((content, writer) => {
        const order = writer % 2 === 0 ? ids : ids.toReversed();
        const rotated = [...order.slice(writer), ...order.slice(0, writer)];
        return rotated.map((id) => ({ namespace, id, content, metadata: { writer } }));
      });
      await Promise.all(batches.map((batch) => memory().saveMany(batch)));
      const { memories } = await memory().list({ namespace });
      expect(memories.map((record) => record.id).toSorted()).toEqual(ids.toSorted());
      for (const record of memories) expect(record.content).toBe(contents[Number(record.metadata["writer"])]);
      await expectOneWriter(namespace, "id-3", contents);
    });

    it("counts a memory once when several delete it", async () => {
      const namespace = freshNamespace();
      await memory().saveMany(times(10, (index) => ({ namespace, id: `${index}`, content: `Item ${index}.` })));
      const ids = times(10, String);
      const deleted = await Promise.all(
        times(5, (index) => memory().delete({ namespace, ids: index % 2 === 0 ? ids : ids.toReversed() })),
      );
      expect(deleted.reduce((sum, { count }) => sum + count, 0)).toBe(10);
    });

    it("keeps each of several updates of different parts", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "Before.", metadata: { before: true } });
      await Promise.all([
        memory().update({ id, namespace, content: "After." }),
        memory().update({ id, namespace, metadata: { after: true } }),
        memory().update({ id, namespace, ttlSeconds: 3_600 }),
      ]);
      expect(await memory().get({ id, namespace })).toMatchObject({
        content: "After.",
        metadata: { after: true },
        expiresAt: expect.any(String),
      });
    });

    it("answers while others write", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, id: "steady", content: "The steady answer." });
      const answers = await Promise.all(
        times(20, async (index) => {
          await memory().save({ namespace, content: `Noise number ${index}.` });
          return memory().query({ namespace, query: "The steady answer." });
        }),
      );
      for (const { results } of answers) expect(results[0]?.id).toBe("steady");
      expect((await memory().listQueries({ namespace })).queries).toHaveLength(20);
    });
  });
}
