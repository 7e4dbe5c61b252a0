import type { ListInput, MemoryRecord } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectNotFound, expectRejection, nullIfInvalid } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** What `list` promises. */
export function describeList(memory: MemoryAccessor): void {
  async function remember(namespace: string, count: number): Promise<string[]> {
    const inputs = Array.from({ length: count }, (_, index) => ({
      namespace,
      content: `Entry ${index}.`,
      metadata: { index },
    }));
    return (await memory().saveMany(inputs)).map(({ id }) => id);
  }

  /** Every record from `cursor` on, page by page; `between` runs after each page but the last. */
  async function readPages(input: ListInput, between?: (page: number) => Promise<void>): Promise<MemoryRecord[][]> {
    const pages: MemoryRecord[][] = [];
    let cursor: string | null = null;
    do {
      const page = await memory().list({ ...input, ...(cursor !== null && { cursor }) });
      pages.push(page.memories);
      cursor = page.nextCursor;
      if (cursor !== null) await between?.(pages.length);
      expect(pages.length, "pages must come to an end").toBeLessThan(50);
    } while (cursor !== null);
    return pages;
  }

  const idsOf = (pages: readonly MemoryRecord[][]) => pages.flat().map((record) => record.id);

  describe("list", () => {
    it("gives whole records, newest first", async () => {
      const namespace = freshNamespace();
      for (const id of ["first", "second", "third"]) await memory().save({ namespace, id, content: `The ${id}.` });
      const page = await memory().list({ namespace });
      expect(page.memories.map((record) => record.id)).toEqual(["third", "second", "first"]);
      expect(page.memories[0]).toEqual(await memory().get({ id: "third", namespace }));
      expect(page.nextCursor).toBeNull();
      expect(page).not.toHaveProperty("total");
    });

    it("gives every record exactly once, page by page", async () => {
      const namespace = freshNamespace();
      const ids = await remember(namespace, 25);
      const pages = await readPages({ namespace, limit: 7 });
      expect(pages.map((page) => page.length)).toEqual([7, 7, 7, 4]);
      expect(idsOf(pages).toSorted()).toEqual(ids.toSorted());
    });

    it("ends with the last full page, not with an empty one", async () => {
      const namespace = freshNamespace();
      await remember(namespace, 6);
      const pages = await readPages({ namespace, limit: 3 });
      expect(pages.map((page) => page.length)).toEqual([3, 3]);
    });

    it("is not disturbed by saves, replacements and deletes between pages", async () => {
      const namespace = freshNamespace();
      await remember(namespace, 20);
      const order = idsOf(await readPages({ namespace, limit: 1_000 }));
      const [seen, unseen, replaced] = [order[1] ?? "", order[18] ?? "", order[12] ?? ""];
      const pages = await readPages({ namespace, limit: 6 }, async (page) => {
        await memory().save({ namespace, content: `Newer, after page ${page}.` });
        if (page === 1) await memory().delete({ namespace, ids: [seen, unseen] });
        if (page === 1)
          await memory().save({ namespace, id: replaced, content: "Replaced.", metadata: { replaced: true } });
      });
      expect(idsOf(pages)).toEqual(order.filter((id) => id !== unseen));
      expect(pages.flat().find((record) => record.id === replaced)?.content).toBe("Replaced.");
    });

    it("counts every match when asked, on each page", async () => {
      const namespace = freshNamespace();
      await remember(namespace, 9);
      await memory().save({ namespace, content: "Marked.", metadata: { marked: true } });
      const first = await memory().list({ namespace, limit: 4, withTotal: true });
      expect(first).toMatchObject({ total: 10, nextCursor: expect.any(String) });
      const second = await memory().list({ namespace, limit: 4, withTotal: true, cursor: first.nextCursor ?? "" });
      expect(second.total).toBe(10);
      expect((await memory().list({ namespace, filters: { marked: true }, withTotal: true })).total).toBe(1);
      expect(await memory().list({ namespace, filters: { marked: "no" }, withTotal: true })).toEqual({
        memories: [],
        nextCursor: null,
        total: 0,
      });
    });

    it("pages through what a filter keeps", async () => {
      const namespace = freshNamespace();
      const inputs = Array.from({ length: 12 }, (_, index) => ({
        namespace,
        content: `Entry ${index}.`,
        metadata: { even: index % 2 === 0 },
      }));
      await memory().saveMany(inputs);
      const pages = await readPages({ namespace, filters: { even: true }, limit: 4 });
      expect(pages.map((page) => page.length)).toEqual([4, 2]);
      expect(pages.flat().every((record) => record.metadata["even"] === true)).toBe(true);
    });

    it("goes through every namespace when none is named", async () => {
      const run = freshNamespace("run");
      const [first, second] = [freshNamespace(), freshNamespace()];
      await memory().saveMany(
        [first, second, first, second, first].map((namespace) => ({
          namespace,
          content: "Somewhere.",
          metadata: { run },
        })),
      );
      const pages = await readPages({ filters: { run }, limit: 2 });
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(
        pages
          .flat()
          .map((record) => record.namespace)
          .toSorted(),
      ).toEqual([first, first, first, second, second].toSorted());
      expect((await memory().list({ filters: { run }, withTotal: true })).total).toBe(5);
      expect((await memory().list()).memories.length).toBeGreaterThan(0);
    });

    it("goes through equal ids of several namespaces", async () => {
      const run = freshNamespace("run");
      const namespaces = [freshNamespace(), freshNamespace(), freshNamespace()];
      await memory().saveMany(
        namespaces.map((namespace) => ({ namespace, id: "same", content: "Somewhere.", metadata: { run } })),
      );
      const pages = await readPages({ filters: { run }, limit: 1 });
      expect(
        pages
          .flat()
          .map((record) => record.namespace)
          .toSorted(),
      ).toEqual(namespaces.toSorted());
    });

    it("refuses an unknown namespace, and gives nothing for an empty one", async () => {
      await expectNotFound(memory().list({ namespace: freshNamespace() }), "namespace");
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "Soon gone." });
      await memory().delete({ namespace, ids: [id] });
      expect(await memory().list({ namespace, withTotal: true })).toEqual({ memories: [], nextCursor: null, total: 0 });
    });

    it("refuses a cursor it did not give", async () => {
      const namespace = freshNamespace();
      await remember(namespace, 2);
      const notCursors = ["nonsense", "e30", "bnVsbA==", "WzEsMl0", "' or 1=1 --", "%00", "🗝️", "a".repeat(512)];
      for (const cursor of notCursors) {
        const error = await expectRejection(memory().list({ namespace, cursor }), "unprocessable", "invalid_input");
        expect(error.details.issues?.map((issue) => issue.field)).toContain("cursor");
      }
    });

    it("never leaves its namespace by the cursor of another", async () => {
      const [mine, other] = [freshNamespace(), freshNamespace()];
      await remember(mine, 3);
      await remember(other, 3);
      const { nextCursor } = await memory().list({ namespace: other, limit: 1 });
      const page = await nullIfInvalid(memory().list({ namespace: mine, cursor: nextCursor ?? "" }));
      expect(page?.memories.filter((record) => record.namespace !== mine) ?? []).toEqual([]);
    });
  });
}
