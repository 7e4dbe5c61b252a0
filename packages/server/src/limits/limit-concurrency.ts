import { PersistoRateLimitError } from "@persisto/contract";

/** Runs an action as one of those under way for `owner`. @throws PersistoRateLimitError when they are too many. */
export type ConcurrencyLimit = <Result>(owner: string, action: () => Promise<Result>) => Promise<Result>;

/** Lets each owner have at most `max` actions under way; one more is refused at once, not queued. */
export function limitConcurrency(max: number): ConcurrencyLimit {
  const underWay = new Map<string, number>();
  return async (owner, action) => {
    const before = underWay.get(owner) ?? 0;
    if (before >= max) {
      throw new PersistoRateLimitError(`More than ${max} requests at a time; wait for some of them.`, {
        details: { retryAfterSeconds: 1 },
      });
    }
    underWay.set(owner, before + 1);
    try {
      return await action();
    } finally {
      const left = (underWay.get(owner) ?? 1) - 1;
      if (left > 0) underWay.set(owner, left);
      else underWay.delete(owner);
    }
  };
}
