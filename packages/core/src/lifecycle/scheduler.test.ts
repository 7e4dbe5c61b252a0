import { describe, expect, it } from "vitest";
import { silentLog } from "./log.js";
import { startScheduler } from "./scheduler.js";

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("the scheduler", () => {
  it("never runs a task twice at once, and stops after the run that is under way", async () => {
    let running = 0;
    let most = 0;
    let finished = 0;
    const scheduler = startScheduler(
      [
        {
          name: "slow",
          everyMs: 5,
          run: async () => {
            running++;
            most = Math.max(most, running);
            await pause(30);
            running--;
            finished++;
          },
        },
      ],
      silentLog,
    );
    await pause(120);
    await scheduler.stop();
    expect(most).toBe(1);
    expect(running).toBe(0);
    const finishedAtStop = finished;
    expect(finishedAtStop).toBeGreaterThan(0);
    await pause(50);
    expect(finished).toBe(finishedAtStop);
  });

  it("logs a failure and runs the task again", async () => {
    const warnings: string[] = [];
    let runs = 0;
    const scheduler = startScheduler(
      [
        {
          name: "Sweeping",
          everyMs: 5,
          run: async () => {
            runs++;
            throw new Error("down");
          },
        },
      ],
      { warn: (message) => void warnings.push(message) },
    );
    while (runs < 3) await pause(5);
    await scheduler.stop();
    expect(warnings.length).toBeGreaterThanOrEqual(2);
    expect(warnings[0]).toContain("Sweeping failed");
  });
});
