import { describe, expect, it } from "vitest";
import type { NewQueryLogEntry } from "../store/store.js";
import { silentLog } from "./log.js";
import { createQueryHistory, type AskedQuery } from "./query-history.js";

/** A store that hands on what it is to write. */
function storeOf(write: (entries: readonly NewQueryLogEntry[]) => void): Parameters<typeof createQueryHistory>[0] {
  return {
    recordQueries: async (entries) => {
      write(entries);
      return "2026-01-01T00:00:00.000Z";
    },
  };
}

function asked(queryText: string): AskedQuery {
  return { projectId: "p", namespace: "n", queryText, filters: {}, topK: 10, mode: "strict", count: 0, durationMs: 1 };
}

describe("the query history", () => {
  it("writes every entry once and in order, however often it is flushed at once", async () => {
    const written: NewQueryLogEntry[] = [];
    const history = createQueryHistory(
      storeOf((entries) => void written.push(...entries)),
      silentLog,
    );
    const texts = Array.from({ length: 1_234 }, (_, index) => `query ${index}`);
    for (const text of texts) history.record(asked(text));
    await Promise.all([history.flush(), history.flush(), history.flush()]);
    expect(written.map(({ queryText }) => queryText)).toEqual(texts);
  });

  it("keeps what could not be written for the next time", async () => {
    const written: string[] = [];
    let isDown = true;
    const history = createQueryHistory(
      storeOf((entries) => {
        if (isDown) throw new Error("down");
        written.push(...entries.map(({ queryText }) => queryText));
      }),
      silentLog,
    );
    history.record(asked("first"));
    await expect(history.flush()).rejects.toThrow("down");
    history.record(asked("second"));
    isDown = false;
    await history.flush();
    expect(written).toEqual(["first", "second"]);
  });

  it("tells how long ago a query was asked", async () => {
    const ages: number[] = [];
    const history = createQueryHistory(
      storeOf((entries) => void ages.push(...entries.map(({ ageMs }) => ageMs))),
      silentLog,
    );
    history.record(asked("first"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    history.record(asked("second"));
    await history.flush();
    expect(ages[0]!).toBeGreaterThan(ages[1]!);
    expect(ages[1]!).toBeGreaterThanOrEqual(0);
  });

  it("drops the oldest entries, and says so, when it cannot be written for long", async () => {
    const warnings: string[] = [];
    const written: string[] = [];
    const history = createQueryHistory(
      storeOf((entries) => void written.push(...entries.map(({ queryText }) => queryText))),
      { warn: (message) => void warnings.push(message) },
    );
    for (let index = 0; index < 10_001; index++) history.record(asked(String(index)));
    await history.flush();
    expect(written).toHaveLength(10_000);
    expect(written[0]).toBe("1");
    expect(warnings).toHaveLength(1);
  });
});
