import { setTimeout as sleep } from "node:timers/promises";
import type { QueryInput } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { isoTime } from "../iso-time.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** What `listQueries` promises. */
export function describeQueries(memory: MemoryAccessor): void {
  /** A namespace of one memory in which these queries were made, one after the other. */
  async function ask(...queries: ReadonlyArray<Omit<QueryInput, "namespace">>): Promise<string> {
    const namespace = freshNamespace();
    await memory().save({ namespace, content: "The tortoise is called Achilles.", metadata: { pet: true } });
    for (const query of queries) {
      await memory().query({ namespace, ...query });
      await sleep(5);
    }
    return namespace;
  }

  async function history(input: Parameters<ReturnType<MemoryAccessor>["listQueries"]>[0]): Promise<string[]> {
    return (await memory().listQueries(input)).queries.map((entry) => entry.queryText);
  }

  describe("listQueries", () => {
    it("tells what was asked, how, and what came of it", async () => {
      const namespace = await ask({ query: "tortoise", filters: { pet: true }, mode: "fuzzy", k: 7 });
      expect(await memory().listQueries({ namespace })).toEqual({
        queries: [
          {
            namespace,
            queryText: "tortoise",
            filters: { pet: true },
            topK: 7,
            mode: "fuzzy",
            count: 1,
            durationMs: expect.any(Number),
            timestamp: expect.stringMatching(isoTime),
          },
        ],
        nextCursor: null,
      });
    });

    it("names the mode, also of profiles, and the results wanted", async () => {
      const namespace = await ask(
        { query: "a" },
        { query: "b", mode: "recency" },
        { query: "c", mode: { k: 3 } },
        { query: "d", mode: { name: "mine", k: 3 }, k: 4 },
      );
      const { queries } = await memory().listQueries({ namespace });
      expect(queries.map((entry) => entry.mode)).toEqual(["mine", "custom", "recency", "strict"]);
      expect(queries.map((entry) => entry.topK).slice(0, 2)).toEqual([4, 3]);
      expect(queries.map((entry) => entry.filters)).toEqual([{}, {}, {}, {}]);
      for (const { topK, durationMs } of queries) {
        expect(topK).toBeGreaterThan(0);
        expect(durationMs).toBeGreaterThanOrEqual(0);
      }
    });

    it("holds queries that found nothing, and keeps their text and filters exactly", async () => {
      const filters = { "it's": "'; drop table queries; --", nothing: null, share: 0.1, "🗝️": "é" };
      const query = "  Qu'est-ce que c'est ?\r\n🐢 \u0001 ";
      const namespace = await ask({ query, filters });
      expect((await memory().listQueries({ namespace })).queries).toMatchObject([
        { queryText: query, filters, count: 0 },
      ]);
    });

    it("gives the newest first, page by page, each once, undisturbed by new queries", async () => {
      const namespace = await ask(...["1", "2", "3", "4", "5"].map((query) => ({ query })));
      const first = await memory().listQueries({ namespace, limit: 2 });
      await memory().query({ namespace, query: "6" });
      const second = await memory().listQueries({ namespace, limit: 2, cursor: first.nextCursor ?? "" });
      const third = await memory().listQueries({ namespace, limit: 2, cursor: second.nextCursor ?? "" });
      const pages = [first, second, third].map((page) => page.queries.map((entry) => entry.queryText));
      expect(pages).toEqual([["5", "4"], ["3", "2"], ["1"]]);
      expect(third.nextCursor).toBeNull();
      expect(await history({ namespace })).toEqual(["6", "5", "4", "3", "2", "1"]);
    });

    it("keeps queries from the start date on and before the end date", async () => {
      const namespace = await ask({ query: "early" }, { query: "middle" }, { query: "late" });
      const { queries } = await memory().listQueries({ namespace });
      const middle = queries[1]?.timestamp ?? "";
      expect(await history({ namespace, startDate: middle })).toEqual(["late", "middle"]);
      expect(await history({ namespace, endDate: middle })).toEqual(["early"]);
      expect(await history({ namespace, startDate: middle, endDate: queries[0]?.timestamp ?? "" })).toEqual(["middle"]);
      expect(await history({ namespace, startDate: middle, endDate: middle })).toEqual([]);
    });

    it("reads dates without a time as midnight UTC, and times with an offset", async () => {
      const namespace = await ask({ query: "now" });
      expect(await history({ namespace, startDate: "2000-01-01" })).toEqual(["now"]);
      expect(await history({ namespace, endDate: "2000-01-01" })).toEqual([]);
      const asked = (await memory().listQueries({ namespace })).queries[0]?.timestamp ?? "";
      const day = asked.slice(0, 10);
      expect(await history({ namespace, startDate: day })).toEqual(["now"]);
      // Further from UTC than any place on earth, and still ISO 8601.
      expect(await history({ namespace, startDate: `${day}T00:00:00+23:00` })).toEqual(["now"]);
      expect(await history({ namespace, endDate: day })).toEqual([]);
      const inTwoHours = (offset: string) =>
        `${new Date(Date.parse(asked) + 7_200_000).toISOString().slice(0, -1)}${offset}`;
      expect(await history({ namespace, startDate: inTwoHours("+02:00") })).toEqual(["now"]);
      expect(await history({ namespace, startDate: inTwoHours("Z") })).toEqual([]);
    });

    it("keeps to the namespace named, and to none when none is", async () => {
      const [first, second] = [await ask({ query: "in the first" }), await ask({ query: "in the second" })];
      expect(await history({ namespace: first })).toEqual(["in the first"]);
      const everywhere = (await memory().listQueries({ limit: 1_000 })).queries.map((entry) => entry.namespace);
      expect(everywhere).toEqual(expect.arrayContaining([first, second]));
      expect((await memory().listQueries()).queries.length).toBeGreaterThan(1);
    });

    it("is empty where nothing was asked", async () => {
      const namespace = await ask();
      expect(await memory().listQueries({ namespace })).toEqual({ queries: [], nextCursor: null });
    });

    it("refuses a cursor it did not give", async () => {
      const namespace = await ask({ query: "now" });
      for (const cursor of ["nonsense", "e30", "bnVsbA==", "' or 1=1 --", "a".repeat(512)]) {
        const error = await expectRejection(
          memory().listQueries({ namespace, cursor }),
          "unprocessable",
          "invalid_input",
        );
        expect(error.details.issues?.map((issue) => issue.field)).toContain("cursor");
      }
    });
  });
}
