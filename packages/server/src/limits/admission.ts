import type { Request, Response } from "express";
import { PersistoError } from "@persisto/contract";
import type { Authenticate, Opened, RequestContext } from "../authenticator.js";
import { bearerToken } from "../bearer-token.js";
import { notesOf } from "../request-notes.js";
import { clientAddress } from "./client-address.js";
import { limitConcurrency } from "./limit-concurrency.js";
import { defaultMaxConcurrentRequests, defaultMaxConcurrentRequestsInAll, type RateOptions } from "./limit-options.js";
import { createMemoryLimiter } from "./memory-limiter.js";
import { createRateLimits, rateOf } from "./rate-limits.js";
import { createRefusalBrake, type Brake } from "./refusal-brake.js";
import { createSharedLimiter, type SharedBuckets } from "./shared-limiter.js";

/** Who is let in, and how many. */
export interface AdmissionOptions {
  /**
   * What a credential opens.
   * @throws PersistoAuthError unauthorized for a malformed one, forbidden for a wrong one.
   */
  authenticate: Authenticate;
  /** Requests of one Memory under way; one more is refused with rate_limited. Default 256. */
  maxConcurrentRequests?: number;
  /** Requests under way in all; one more is refused with unavailable. Default 1,024. */
  maxConcurrentRequestsInAll?: number;
  /** Requests over time. Default: no limit. */
  rates?: RateOptions;
  /** Where several servers count together. Default: this process counts for itself. */
  sharedBuckets?: SharedBuckets | null;
  /** Proxies in front, whose X-Forwarded-For is believed. Default 0. */
  trustedProxies?: number;
  /** Told when limits cannot be counted, which lets everybody pass. */
  onLimiterFailure?: (error: unknown) => void;
}

/** A request that asks to be let in. */
export interface Guarded {
  readonly request: Pick<Request<object>, "headers" | "socket">;
  readonly response: Response;
  readonly context: RequestContext;
}

/** Runs what a request asks for, if it may come in: before its body is read. @throws PersistoError when it may not. */
export type Admission = <Result>(guarded: Guarded, run: (opened: Opened) => Promise<Result>) => Promise<Result>;

/** Everything a request must pass, the cheapest first. */
export function createAdmission(options: AdmissionOptions): Admission {
  const { authenticate, rates, sharedBuckets, trustedProxies = 0, onLimiterFailure = () => {} } = options;
  const limitOwner = limitConcurrency(options.maxConcurrentRequests ?? defaultMaxConcurrentRequests);
  const limitAll = limitAllRequests(options.maxConcurrentRequestsInAll ?? defaultMaxConcurrentRequestsInAll);
  const limiter = sharedBuckets
    ? createSharedLimiter({ buckets: sharedBuckets, onFailure: onLimiterFailure })
    : createMemoryLimiter();
  const limitRate = rates ? createRateLimits(rates, limiter) : async () => {};
  const brake: Brake =
    rates && rates.refusalsPerMinute !== null
      ? createRefusalBrake(rateOf(rates.refusalsPerMinute, rates.burstSeconds))
      : (_sender, open) => open();

  return ({ request, response, context }, run) =>
    limitAll(async () => {
      const { authorization, "x-forwarded-for": forwardedFor } = request.headers;
      const address = clientAddress(
        { socketAddress: request.socket.remoteAddress, forwardedFor: forwardedFor?.toString() },
        trustedProxies,
      );
      await limitRate(response, { ip: address });
      const opened = await brake({ address, credential: authorization ?? "" }, async () =>
        authenticate(bearerToken(authorization), context),
      );
      notesOf(response).principal = opened.principal;
      await limitRate(response, { key: opened.keyId, project: opened.projectId });
      return limitOwner(opened.owner, () => run(opened));
    });
}

/** Lets at most `max` actions be under way; one more is refused at once, not queued. */
function limitAllRequests(max: number): <Result>(action: () => Promise<Result>) => Promise<Result> {
  let underWay = 0;
  return async (action) => {
    if (underWay >= max) {
      throw new PersistoError("unavailable", "Persisto is overloaded; try again in a moment.", {
        details: { retryAfterSeconds: 1 },
      });
    }
    underWay += 1;
    try {
      return await action();
    } finally {
      underWay -= 1;
    }
  };
}
