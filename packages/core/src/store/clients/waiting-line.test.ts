import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { WaitingLine } from "./waiting-line.js";

it("a line tells how long its first has waited, whoever leaves it in what order", async () => {
  const line = new WaitingLine();
  expect(line.waitedMs()).toBe(0);
  const leave: (() => void)[] = [];
  const stand = (): Promise<void> => line.during(() => new Promise((resolve) => leave.push(resolve)));
  const first = stand();
  await pause(20);
  const second = line.during(() => Promise.reject(new Error("turned away"))).catch(() => undefined);
  const third = stand();
  await second;
  expect(line.waitedMs()).toBeGreaterThan(0);
  leave[0]!();
  await first;
  expect(line.waitedMs()).toBeGreaterThan(0);
  leave[1]!();
  await third;
  expect(line.waitedMs()).toBe(0);
});
