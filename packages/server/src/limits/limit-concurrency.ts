import type { PersistoError } from "@persisto/contract";

/** Actions under way, of each owner. */
export interface ConcurrencyLimit {
  count(owner: string): number;
  /** Whether one more would be refused. */
  isFull(owner: string): boolean;
  /** Runs an action as one of those under way for `owner`; one more than the limit is refused at once, not queued. @throws `refusal`. */
  run<Result>(owner: string, action: () => Promise<Result>): Promise<Result>;
}

/** Lets each owner have at most `max` actions under way. */
export function limitConcurrency(max: number, refusal: PersistoError): ConcurrencyLimit {
  const underWay = new Map<string, number>();
  const count = (owner: string): number => underWay.get(owner) ?? 0;
  const isFull = (owner: string): boolean => count(owner) >= max;
  return {
    count,
    isFull,
    async run(owner, action) {
      if (isFull(owner)) throw refusal;
      underWay.set(owner, count(owner) + 1);
      try {
        return await action();
      } finally {
        const left = count(owner) - 1;
        if (left > 0) underWay.set(owner, left);
        else underWay.delete(owner);
      }
    },
  };
}
