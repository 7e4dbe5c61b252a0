import type { Memory } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNotFound, expectRejection, nullIfInvalid } from "./expect-rejection.js";
import { freshNamespace } from "./fresh-namespace.js";

/** Two projects that must know nothing of each other. */
export interface ProjectPair {
  a: Memory;
  b: Memory;
  /** Runs after the suite. */
  close?(): Promise<void>;
}

const openTimeoutMs = 120_000;

/** Registers the vitest suite that two projects of one store pass: whatever one does, the other does not see. */
export function describeProjectIsolation(name: string, open: () => Promise<ProjectPair>): void {
  describe(`Project isolation: ${name}`, { timeout: 60_000 }, () => {
    let pair: ProjectPair | undefined;

    beforeAll(async () => {
      pair = await open();
    }, openTimeoutMs);

    afterAll(async () => {
      await pair?.close?.();
    }, openTimeoutMs);

    function projects(): ProjectPair {
      if (pair === undefined) throw new Error("The projects are open only while tests and hooks run.");
      return pair;
    }

    /** The same namespace and ids in both projects; only the content tells whose a memory is. */
    async function rememberInBoth(): Promise<{ a: Memory; b: Memory; namespace: string }> {
      const { a, b } = projects();
      const namespace = freshNamespace("tenant");
      await a.saveMany(
        ["1", "2"].map((id) => ({
          namespace,
          id,
          content: `The safe code of A, part ${id}.`,
          metadata: { owner: "A", shared: true },
        })),
      );
      await b.saveMany(
        ["1", "2"].map((id) => ({
          namespace,
          id,
          content: `The safe code of B, part ${id}.`,
          metadata: { owner: "B", shared: true },
        })),
      );
      return { a, b, namespace };
    }

    async function expectUntouched(memory: Memory, namespace: string, owner: string): Promise<void> {
      const { memories, total } = await memory.list({ namespace, withTotal: true });
      expect(
        memories
          .map(({ id, content, metadata }) => ({ id, content, metadata }))
          .toSorted((x, y) => x.id.localeCompare(y.id)),
      ).toEqual(
        ["1", "2"].map((id) => ({
          id,
          content: `The safe code of ${owner}, part ${id}.`,
          metadata: { owner, shared: true },
        })),
      );
      expect(total).toBe(2);
      const { results } = await memory.query({ namespace, query: "safe code", mode: "fuzzy", k: 100 });
      expect(results.map((hit) => hit.metadata["owner"])).toEqual([owner, owner]);
    }

    it("keeps the same ids in the same namespace apart, for save, get, list and query", async () => {
      const { a, b, namespace } = await rememberInBoth();
      expect((await a.get({ id: "1", namespace }))?.content).toBe("The safe code of A, part 1.");
      expect((await b.get({ id: "1", namespace }))?.content).toBe("The safe code of B, part 1.");
      await expectUntouched(a, namespace, "A");
      await expectUntouched(b, namespace, "B");
    });

    it("finds nothing of the other by its words, its metadata or its id", async () => {
      const { a, b, namespace } = await rememberInBoth();
      const { results } = await b.query({
        namespace,
        query: "The safe code of A, part 1.",
        mode: { minSimilarity: -1 },
        k: 100,
      });
      expect(results.filter((hit) => hit.metadata["owner"] !== "B")).toEqual([]);
      expect((await b.query({ namespace, query: "safe code", filters: { owner: "A" } })).results).toEqual([]);
      expect((await b.list({ namespace, filters: { owner: "A" }, withTotal: true })).total).toBe(0);
      const { id } = await a.save({ namespace, content: "Only A has this." });
      expect(await b.get({ id, namespace })).toBeNull();
      expect(await b.get({ id })).toBeNull();
    });

    it("lists all namespaces' memories of one project only", async () => {
      const { a, b } = projects();
      const run = freshNamespace("run");
      await a.save({ namespace: freshNamespace("tenant"), content: "A's.", metadata: { run } });
      await b.save({ namespace: freshNamespace("tenant"), content: "B's.", metadata: { run } });
      const listed = await a.list({ filters: { run }, withTotal: true });
      expect(listed.memories.map((record) => record.content)).toEqual(["A's."]);
      expect(listed.total).toBe(1);
    });

    it("does not know the namespaces of the other", async () => {
      const { a, b } = projects();
      const namespace = freshNamespace("tenant");
      await a.save({ namespace, id: "1", content: "A's alone.", metadata: { owner: "A" } });
      expect((await b.listNamespaces()).map((each) => each.namespace)).not.toContain(namespace);
      await expectNotFound(b.query({ namespace, query: "A's alone." }), "namespace");
      await expectNotFound(b.list({ namespace }), "namespace");
      expect(await b.get({ id: "1", namespace })).toBeNull();
      await expectRejection(b.update({ id: "1", namespace, content: "B's?" }), "not_found");
      expect(await b.delete({ namespace, ids: ["1"] })).toEqual({ count: 0 });
      expect(await b.deleteNamespace({ namespace })).toEqual({ count: 0 });
      expect((await a.get({ id: "1", namespace }))?.content).toBe("A's alone.");
    });

    it("sees no conflict when the other has the id too", async () => {
      const { a, b } = projects();
      const id = freshNamespace("id");
      await a.save({ namespace: freshNamespace("tenant"), id, content: "A's." });
      await b.save({ namespace: freshNamespace("tenant"), id, content: "B's." });
      expect((await a.get({ id }))?.content).toBe("A's.");
      expect((await b.update({ id, content: "B's, changed." })).content).toBe("B's, changed.");
      expect((await a.get({ id }))?.content).toBe("A's.");
    });

    it("replaces and changes its own memories only", async () => {
      const { a, b, namespace } = await rememberInBoth();
      await b.save({ namespace, id: "1", content: "Replaced by B." });
      await b.saveMany([{ namespace, id: "1", content: "Replaced again by B." }]);
      await b.update({ namespace, id: "2", content: "Changed by B.", metadata: {}, ttlSeconds: 60 });
      await expectUntouched(a, namespace, "A");
    });

    it("deletes its own memories only, by whatever condition", async () => {
      const { a, b, namespace } = await rememberInBoth();
      expect(await b.delete({ namespace, content: "The safe code of A, part 1." })).toEqual({ count: 0 });
      expect(await b.delete({ namespace, filters: { owner: "A" } })).toEqual({ count: 0 });
      expect(await b.delete({ namespace, ids: ["1"] })).toEqual({ count: 1 });
      expect(await b.delete({ namespace, filters: { shared: true } })).toEqual({ count: 1 });
      await expectUntouched(a, namespace, "A");
    });

    it("deletes its own namespace only, and counts its own memories only", async () => {
      const { a, b, namespace } = await rememberInBoth();
      await a.save({ namespace, id: "3", content: "One more of A." });
      expect(await b.listNamespaces()).toContainEqual({ namespace, count: 2 });
      expect(await a.listNamespaces()).toContainEqual({ namespace, count: 3 });
      expect(await b.deleteNamespace({ namespace })).toEqual({ count: 2 });
      await a.delete({ namespace, ids: ["3"] });
      await expectUntouched(a, namespace, "A");
    });

    it("keeps the query history of each to itself", async () => {
      const { a, b, namespace } = await rememberInBoth();
      const asked = `asked by A ${freshNamespace()}`;
      await a.query({ namespace, query: asked });
      expect((await a.listQueries({ namespace })).queries.map((entry) => entry.queryText)).toEqual([asked]);
      expect((await b.listQueries({ namespace })).queries).toEqual([]);
      expect((await b.listQueries({ limit: 1_000 })).queries.map((entry) => entry.queryText)).not.toContain(asked);
    });

    it("never leaves the project by a cursor of the other", async () => {
      const { a, b, namespace } = await rememberInBoth();
      const { nextCursor } = await a.list({ namespace, limit: 1 });
      const page = await nullIfInvalid(b.list({ namespace, cursor: nextCursor ?? "" }));
      expect(page?.memories.filter((record) => record.metadata["owner"] !== "B") ?? []).toEqual([]);
    });
  });
}
