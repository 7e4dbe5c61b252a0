import type { Filters } from "@persisto/contract";
import { beforeAll, describe, expect, it } from "vitest";
import { freshNamespace } from "../fresh-namespace.js";
import { filterCases, filterRecords } from "./filter-cases.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** The operators, nested filters and combinators, the same for `list`, `query`, `delete` and the query history. */
export function describeFilterOperators(memory: MemoryAccessor): void {
  const inputsFor = (namespace: string, ids: readonly string[] = Object.keys(filterRecords)) =>
    ids.map((id) => ({ namespace, id, content: "A copper kettle.", metadata: filterRecords[id]! }));

  describe("filter operators", () => {
    const namespace = freshNamespace();

    beforeAll(async () => {
      await memory().saveMany(inputsFor(namespace));
    });

    for (const { filters, ids } of filterCases) {
      it(`keep what meets ${JSON.stringify(filters)}`, async () => {
        const listed = await memory().list({ namespace, filters, withTotal: true });
        expect(listed.memories.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
        expect(listed.total).toBe(ids.length);
        const { results } = await memory().query({ namespace, query: "copper kettle", filters, k: 100 });
        expect(results.map(({ id }) => id).toSorted(), "query and list agree").toEqual(ids.toSorted());
      });
    }

    it("delete what they keep, and nothing else", async () => {
      const own = freshNamespace();
      await memory().saveMany(inputsFor(own));
      for (const { filters, ids } of filterCases) {
        // Without a test there is nothing to delete by; the id makes it a condition more.
        const call = memory().delete({ namespace: own, ids: Object.keys(filterRecords), filters });
        expect(await call, JSON.stringify(filters)).toEqual({ count: ids.length });
        expect((await memory().list({ namespace: own, withTotal: true })).total ?? 0).toBe(
          Object.keys(filterRecords).length - ids.length,
        );
        await memory().saveMany(inputsFor(own, ids));
      }
    });

    it("are in the query history as they were asked", async () => {
      const own = freshNamespace();
      await memory().save({ namespace: own, content: "A copper kettle." });
      const filters: Filters = {
        snake_case: { camelCase: { startsWith: "x", in: ["y", null] } },
        or: [{ at: { gte: { date: "2026-01-31" } } }, { not: { "a.b": { between: [0.1, 1e21] } } }],
      };
      await memory().query({ namespace: own, query: "kettle", filters });
      expect((await memory().listQueries({ namespace: own })).queries).toMatchObject([{ filters }]);
    });
  });
}
