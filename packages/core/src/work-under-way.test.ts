import { describe, expect, it } from "vitest";
import { WorkUnderWay } from "./work-under-way.js";

/** Something that ends when it is told to. */
function task() {
  let resolve!: (value: string) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<string>((...ends) => ([resolve, reject] = ends));
  return { promise, resolve, reject };
}

describe("WorkUnderWay", () => {
  it("counts work until it ends, well or not, and gives what it gave", async () => {
    const work = new WorkUnderWay();
    const [good, bad] = [task(), task()];
    const results = Promise.allSettled([work.during(() => good.promise), work.during(() => bad.promise)]);
    expect(work.count).toBe(2);
    good.resolve("done");
    await expect(work.during(async () => "at once")).resolves.toBe("at once");
    expect(work.count).toBe(1);
    bad.reject(new Error("failed"));
    expect(await results).toMatchObject([{ value: "done" }, { reason: { message: "failed" } }]);
    expect(work.count).toBe(0);
  });

  it("tells everybody who waits when the last has ended", async () => {
    const work = new WorkUnderWay();
    await work.ended();
    const [first, last] = [task(), task()];
    const told: string[] = [];
    const all = [first, last].map(({ promise }) => work.during(() => promise));
    const waiting = ["one", "other"].map((name) => work.ended().then(() => told.push(name)));
    first.resolve("");
    await all[0];
    expect(told).toEqual([]);
    last.resolve("");
    await Promise.all(waiting);
    expect(told).toEqual(["one", "other"]);
  });

  it("ends what throws before it has begun", async () => {
    const work = new WorkUnderWay();
    const broken = work.during(() => {
      throw new Error("broken");
    });
    await expect(broken).rejects.toThrow("broken");
    expect(work.count).toBe(0);
  });
});
