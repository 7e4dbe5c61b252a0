import type { Response } from "express";
import { PersistoRateLimitError } from "@persisto/contract";
import type { RateOptions } from "./limit-options.js";
import type { NamedVerdict, RateLimiter, WantedToken } from "./rate-limiter.js";
import type { Rate, Verdict } from "./token-bucket.js";

/** Whom requests are counted under. */
export type Counted = { readonly [Kind in keyof RateOptions["requestsPerMinute"]]?: string | null };

/** Counts a request, and tells its sender where it stands. @throws PersistoRateLimitError when there were too many. */
export type RateLimits = (response: Response, counted: Counted) => Promise<void>;

const descriptions = { key: "this API key", project: "this project", ip: "this address" };

/** The rate that a setting means. */
export function rateOf(perMinute: number, burstSeconds: number): Rate {
  return { perMinute, size: Math.max(1, Math.round((perMinute * burstSeconds) / 60)) };
}

/** The limits that are set, over buckets. What is not limited is not counted. */
export function createRateLimits({ requestsPerMinute, burstSeconds }: RateOptions, limiter: RateLimiter): RateLimits {
  /** The smaller before the larger: a key that is over its limit uses up nothing of its project's. */
  const kinds = (["ip", "key", "project"] as const).flatMap((kind) => {
    const perMinute = requestsPerMinute[kind];
    return perMinute === null ? [] : [{ kind, rate: rateOf(perMinute, burstSeconds) }];
  });
  return async (response, counted) => {
    const wanted: WantedToken[] = kinds.flatMap(({ kind, rate }) => {
      const of = counted[kind];
      return of === undefined || of === null ? [] : [{ name: `${kind}:${of}`, rate }];
    });
    if (wanted.length === 0) return;
    for (const verdict of await limiter.take(wanted)) {
      tell(response, verdict);
      if (!verdict.admitted) throw tooMany(verdict);
    }
  };
}

function tooMany({ name, retryAfterMs }: NamedVerdict): PersistoRateLimitError {
  const kind = name.slice(0, name.indexOf(":")) as keyof typeof descriptions;
  return new PersistoRateLimitError(`Too many requests of ${descriptions[kind]}; wait a little.`, {
    details: { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)) },
  });
}

/** Of several limits the one that is nearest; the fields of draft-ietf-httpapi-ratelimit-headers-06. */
function tell(response: Response, { limit, remaining, resetMs }: Verdict): void {
  const before = response.getHeader("RateLimit-Remaining");
  if (before !== undefined && Number(before) <= remaining) return;
  response.setHeader("RateLimit-Limit", String(limit));
  response.setHeader("RateLimit-Remaining", String(remaining));
  response.setHeader("RateLimit-Reset", String(Math.ceil(resetMs / 1_000)));
}
