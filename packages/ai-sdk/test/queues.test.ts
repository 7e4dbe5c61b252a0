import { expect, it } from "vitest";
import { Queues } from "../src/queues.js";

it("runs what has one key one after another, also what comes while something waits, and other keys meanwhile", async () => {
  const queues = new Queues();
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (key: string, name: string) =>
    queues.run(key, async () => {
      log.push(`${name} begins`);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      log.push(`${name} ends`);
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  const all = [start("a", "first"), start("a", "second"), start("b", "other")];
  await settle();
  expect(log).toEqual(["first begins", "other begins"]);
  ends.get("first")!();
  await settle();
  all.push(start("a", "third"));
  await settle();
  expect(log.slice(2)).toEqual(["first ends", "second begins"]);
  for (const name of ["second", "third", "other"]) {
    ends.get(name)!();
    await settle();
  }
  await Promise.all(all);
  expect(log.slice(4)).toEqual(["second ends", "third begins", "third ends", "other ends"]);
});
