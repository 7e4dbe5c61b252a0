import { setTimeout as pause } from "node:timers/promises";
import type { Operation } from "./operations.js";
import type { Outcome, Sender } from "./sender.js";

/** What a load was answered with. */
export interface LoadResult {
  readonly seconds: number;
  readonly outcomes: readonly Outcome[];
}

/** Where the load goes, and for how long. */
export interface LoadOptions {
  readonly sender: Sender;
  readonly next: () => Operation;
  readonly seconds: number;
}

/** So many callers, each of which asks again as soon as it is answered. */
export async function closedLoop(callers: number, { sender, next, seconds }: LoadOptions): Promise<LoadResult> {
  const outcomes: Outcome[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < endsAt) outcomes.push(await sender.send(next()));
    }),
  );
  return { seconds: (performance.now() - startedAt) / 1_000, outcomes };
}

/** So many requests a second, whether those before are answered or not. Waits for the last answers. */
export async function openLoop(perSecond: number, { sender, next, seconds }: LoadOptions): Promise<LoadResult> {
  const underWay: Promise<void>[] = [];
  const outcomes: Outcome[] = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, ((performance.now() - startedAt) / 1_000) * perSecond);
    for (; sent < due; sent += 1) underWay.push(sender.send(next()).then((outcome) => void outcomes.push(outcome)));
    await pause(2);
  }
  const lasted = (performance.now() - startedAt) / 1_000;
  await Promise.all(underWay);
  return { seconds: lasted, outcomes };
}

/** Longest that a good answer may take: who waits longer has given up. */
export const goodWithinMs = 2_000;

/** Good answers a second. */
export function goodput({ seconds, outcomes }: LoadResult): number {
  return outcomes.filter(isGood).length / seconds;
}

/** Good answers a second to what was sent in each of so many equal parts of the load's time. */
export function goodputByPart({ seconds, outcomes }: LoadResult, parts: number): number[] {
  const startedAt = Math.min(...outcomes.slice(0, 1_000).map(({ sentAt }) => sentAt));
  const good = new Array<number>(parts).fill(0);
  for (const outcome of outcomes.filter(isGood)) {
    const part = Math.min(parts - 1, Math.floor(((outcome.sentAt - startedAt) / 1_000 / seconds) * parts));
    good[part] = (good[part] ?? 0) + 1;
  }
  return good.map((count) => (count * parts) / seconds);
}

function isGood({ status, ms }: Outcome): boolean {
  return status === 200 && ms <= goodWithinMs;
}

/** The time that this share of the answers with one of these statuses took, at most; 0 when there are none. */
export function percentileMs({ outcomes }: LoadResult, share: number, statuses: readonly number[]): number {
  const times = outcomes.flatMap(({ status, ms }) => (statuses.includes(status) ? [ms] : [])).toSorted((a, b) => a - b);
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
}
