import type { Backend } from "./backend.js";
import type { Verdict } from "./verdict.js";

/** What a workload is given. */
export interface WorkloadOptions {
  readonly backend: Backend;
  readonly seed: number;
  /** 1 for the figures of docs/reliability.md; less does everything less often. */
  readonly scale: number;
  /** Told how far it is. */
  readonly progress: (message: string) => void;
}

/** Breaks something around a server, and judges what is left. */
export type Workload = (options: WorkloadOptions) => Promise<Verdict>;

/** So many times at this scale, at least `least`. */
export function scaled(count: number, { scale, least = 1 }: { scale: number; least?: number }): number {
  return Math.max(least, Math.round(count * scale));
}
