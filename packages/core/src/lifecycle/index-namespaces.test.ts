import { describe, expect, it } from "vitest";
import type { IndexStep } from "../store/store.js";
import { createIndexer, type Clock } from "./index-namespaces.js";
import { silentLog } from "./log.js";

const stepMs = 20;

/** What an indexer did with a namespace of so many steps: each step's kind, and each pause in milliseconds. */
async function build(steps: number, idleMs: () => number): Promise<(string | number)[]> {
  const done: (string | number)[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    pause: async (milliseconds) => {
      now += milliseconds;
      done.push(milliseconds);
    },
  };
  let left = steps;
  const stepIndex = async (_: string, { isShort }: { isShort: boolean }): Promise<IndexStep> => {
    now += stepMs;
    left -= 1;
    done.push(isShort ? "short" : "long");
    return left > 0 ? "more" : "done";
  };
  await new Promise<void>((onBuilt) => {
    const store = { stepIndex, cancelSteps: async () => {} };
    createIndexer({ store, log: silentLog, idleMs, clock }).request("1", { passages: 10_000, onBuilt });
  });
  return done;
}

describe("the indexer", () => {
  it("waits until the namespace has stopped growing, and then builds at full speed where nobody calls", async () => {
    expect(await build(3, () => Infinity)).toEqual([5_000, "long", "long", "long"]);
  });

  it("takes short steps beside callers, and leaves them as much time as it takes", async () => {
    expect(await build(2, () => 0)).toEqual([5_000, "short", stepMs, "short", stepMs]);
  });

  it("takes up its speed when callers have gone", async () => {
    const idle = [0, 60_000];
    expect(await build(2, () => idle.shift()!)).toEqual([5_000, "short", stepMs, "long"]);
  });
});
