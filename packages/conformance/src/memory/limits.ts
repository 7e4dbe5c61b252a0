import { limits, type Filters, type Metadata } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectInvalid, expectNotFound } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import { nestedObject } from "../nested-object.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** A name of exactly `bytes` bytes of UTF-8 that starts like no other. */
function longName(bytes: number, filler: string): string {
  const start = freshNamespace("long");
  const fillerBytes = new TextEncoder().encode(filler).length;
  const room = bytes - start.length;
  return start + filler.repeat(Math.floor(room / fillerBytes)) + "x".repeat(room % fillerBytes);
}

/** The escaping of JSON, URLs and base64 makes these longest. */
const fillers = ["n", "é", "🗝", '"', "\\", "%", " "];

/** What is exactly at a limit is accepted; invalid-input.ts tells what is one beyond. */
export function describeLimits(memory: MemoryAccessor): void {
  describe("limits", () => {
    it("keeps content of 256 KiB whole, and refuses one byte more", async () => {
      const namespace = freshNamespace();
      const content = longText(limits.contentBytes);
      const { id, chunks } = await memory().save({ namespace, content });
      expect(chunks).toBeGreaterThan(1);
      expect((await memory().get({ id, namespace }))?.content === content).toBe(true);
      const { results } = await memory().query({ namespace, query: "Note 7", k: limits.k });
      for (const hit of results) expect(hit.chunk.count).toBe(chunks);
      await expectInvalid(memory().save({ namespace, content: `${content}x` }), "content", "too_large");
    });

    it("answers a query of 32 KiB", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, content: "The museum keeps its maps in flat drawers." });
      const { results } = await memory().query({
        namespace,
        query: longText(limits.queryBytes),
        mode: { minSimilarity: -1 },
      });
      expect(results).toHaveLength(1);
    });

    it("keeps metadata of 16 KiB, 64 keys and 32 levels, and refuses a byte more", async () => {
      const namespace = freshNamespace();
      const keys: Array<[string, string]> = Array.from({ length: limits.metadataKeys - 2 }, (_, index) => [
        `key${index}`,
        "é",
      ]);
      const rest = { ...Object.fromEntries(keys), deep: nestedObject(limits.jsonDepth - 1), filler: "" } as Metadata;
      const size = new TextEncoder().encode(JSON.stringify(rest)).length;
      const metadata = { ...rest, filler: "x".repeat(limits.metadataBytes - size) };
      const { id } = await memory().save({ namespace, content: "Much is attached.", metadata });
      expect((await memory().get({ id, namespace }))?.metadata).toEqual(metadata);
      const tooLarge = { ...metadata, filler: `${metadata.filler}x` };
      await expectInvalid(
        memory().save({ namespace, content: "Too much.", metadata: tooLarge }),
        "metadata",
        "too_large",
      );
    });

    it("filters by as many keys as metadata may have", async () => {
      const namespace = freshNamespace();
      const filters = Object.fromEntries(
        Array.from({ length: limits.metadataKeys }, (_, index) => [`key${index}`, index]),
      );
      await memory().save({ namespace, content: "A kettle with every key.", metadata: filters });
      await memory().save({
        namespace,
        content: "A kettle without one of the keys.",
        metadata: { ...filters, key63: "other" },
      });
      expect((await memory().list({ namespace, filters })).memories).toMatchObject([
        { content: "A kettle with every key." },
      ]);
      expect((await memory().query({ namespace, query: "kettle", filters, k: 100 })).results).toMatchObject([
        { content: "A kettle with every key." },
      ]);
    });

    it("filters by as much as filters may hold", async () => {
      const namespace = freshNamespace();
      await memory().saveMany(
        [1, 2].map((value) => ({ namespace, content: "A kettle.", id: String(value), metadata: { value } })),
      );
      // One for the or, two for the value and its operator.
      const others = Array.from({ length: limits.filterNodes - 3 }, (_, index) => ({ [`key${index}`]: index }));
      const wide: Filters = { or: [...others, { value: { lt: 2 } }] };
      const deep = Array.from({ length: limits.filterDepth - 1 }).reduce<Filters>((inner) => ({ and: [inner] }), {
        value: { between: [{ date: "2026-01-31" }, { date: "2026-01-31" }] },
      });
      const values = Array.from({ length: limits.filterListLength - 1 }, (_, index) => index + 10);
      const long: Filters = { value: { in: [...values, 1] } };
      for (const [filters, ids] of [
        [wide, ["1"]],
        [deep, []],
        [long, ["1"]],
      ] as const) {
        const listed = await memory().list({ namespace, filters });
        expect(listed.memories.map(({ id }) => id)).toEqual(ids);
        const { results } = await memory().query({ namespace, query: "kettle", filters, k: 100 });
        expect(results.map(({ id }) => id)).toEqual(ids);
      }
    });

    it("keeps a memory for ten years", async () => {
      const namespace = freshNamespace();
      const { expiresAt } = await memory().save({ namespace, content: "Long-lived.", ttlSeconds: limits.ttlSeconds });
      expect(Date.parse(expiresAt ?? "")).toBeGreaterThan(0);
    });

    it.each(fillers)("takes namespaces and ids of 256 bytes, filled with %j", async (filler) => {
      const run = freshNamespace("run");
      const namespace = longName(limits.namespaceBytes, filler);
      const ids = [longName(limits.idBytes, filler), longName(limits.idBytes, filler)];
      await memory().saveMany(ids.map((id) => ({ namespace, id, content: "Long names.", metadata: { run } })));
      for (const id of ids) expect(await memory().get({ id, namespace })).toMatchObject({ id, namespace });
      for (const scope of [{ namespace }, { filters: { run } }]) {
        const first = await memory().list({ ...scope, limit: 1 });
        const second = await memory().list({ ...scope, limit: 1, cursor: first.nextCursor ?? "" });
        expect([...first.memories, ...second.memories].map((record) => record.id).toSorted()).toEqual(ids.toSorted());
        expect(second.nextCursor).toBeNull();
      }
      expect(await memory().deleteNamespace({ namespace })).toEqual({ count: 2 });
    });

    it("saves, lists and deletes 1,000 memories at once, and refuses 1,001", async () => {
      const namespace = freshNamespace();
      const input = (number: number) => ({ namespace, content: `Number ${number}.` });
      const inputs = Array.from({ length: limits.batch + 1 }, (_, index) => input(index));
      await expectInvalid(memory().saveMany(inputs), "memories");
      await expectNotFound(memory().list({ namespace }), "namespace");

      const saved = await memory().saveMany(inputs.slice(0, limits.batch));
      const ids = saved.map(({ id }) => id);
      expect(new Set(ids).size).toBe(limits.batch);
      const all = await memory().list({ namespace, limit: limits.pageSize });
      expect(all.nextCursor).toBeNull();
      const contentById = new Map(all.memories.map((record) => [record.id, record.content]));
      expect(ids.map((id) => contentById.get(id))).toEqual(inputs.slice(0, limits.batch).map(({ content }) => content));

      expect(await memory().list({ namespace })).toMatchObject({
        memories: { length: 100 },
        nextCursor: expect.any(String),
      });
      expect((await memory().query({ namespace, query: "number", k: limits.k })).results).toHaveLength(limits.k);
      expect((await memory().query({ namespace, query: "number", k: 1 })).results).toHaveLength(1);
      expect(await memory().delete({ namespace, ids })).toEqual({ count: limits.batch });
    });
  });
}
