import type { Request, Response } from "express";
import { PersistoError, PersistoRateLimitError } from "@persisto/contract";
import type { Authenticate, Opened, RequestContext } from "../authenticator.js";
import { bearerToken } from "../bearer-token.js";
import { notesOf } from "../request-notes.js";
import { clientAddress } from "./client-address.js";
import { CredentialsUnderWay, type Holder } from "./credentials-under-way.js";
import { limitConcurrency } from "./limit-concurrency.js";
import {
  defaultMaxConcurrentRequests,
  defaultMaxConcurrentRequestsInAll,
  fewRequests,
  defaultMaxLoopLateMs,
  maxDatabaseWaitMs,
  type RateOptions,
} from "./limit-options.js";
import { watchLoop } from "./loop-watch.js";
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
  /** Milliseconds by which the event loop may be late before no more than a few requests are let in. Default 50. */
  maxLoopLateMs?: number;
  /** How long the first of the calls that wait for the database has waited, in milliseconds. Default: nobody knows. */
  databaseWaitedMs?: () => number;
  /** Told when limits cannot be counted, which lets everybody pass. */
  onLimiterFailure?: (error: unknown) => void;
}

/** A request that asks to be let in. */
export interface Guarded {
  readonly request: Pick<Request<object>, "headers" | "socket">;
  readonly response: Response;
  readonly context: RequestContext;
}

/** Why a request is not let in, and whose it is, as far as that is known. */
export interface EarlyRefusal {
  readonly error: PersistoError;
  readonly holder?: Holder | undefined;
}

/** The door. */
export interface Admission {
  /** Runs what a request asks for, if it may come in: before its body is read. @throws PersistoError when it may not. */
  admit<Result>(guarded: Guarded, run: (opened: Opened) => Promise<Result>): Promise<Result>;
  /**
   * Whether there is no room, as far as that can be said without asking anybody: because too many requests are under way in
   * all, because the event loop or the database cannot keep up with them, or because they are too many of a credential that requests are under
   * way with. Null to go on.
   */
  refuseEarly({ headers }: Guarded["request"]): EarlyRefusal | null;
}

/** The one owner of all requests. */
const everybody = "";

/** Everything a request must pass, the cheapest first. */
export function createAdmission(options: AdmissionOptions): Admission {
  const { authenticate, rates, sharedBuckets, trustedProxies = 0, onLimiterFailure = () => {} } = options;
  const { maxConcurrentRequests = defaultMaxConcurrentRequests } = options;
  // Made once: its stack would cost more than all else of a refusal, and says nothing.
  const overloaded = new PersistoError("unavailable", "Persisto is overloaded; try again in a moment.", {
    details: { retryAfterSeconds: 1 },
  });
  const tooMany = new PersistoRateLimitError(
    `More than ${maxConcurrentRequests} requests at a time; wait for some of them.`,
    { details: { retryAfterSeconds: 1 } },
  );
  const owners = limitConcurrency(maxConcurrentRequests, tooMany);
  const all = limitConcurrency(options.maxConcurrentRequestsInAll ?? defaultMaxConcurrentRequestsInAll, overloaded);
  const credentials = new CredentialsUnderWay();
  const loop = watchLoop();
  const { databaseWaitedMs = () => 0, maxLoopLateMs = defaultMaxLoopLateMs } = options;
  const isOverloaded = (): boolean =>
    all.isFull(everybody) ||
    (all.count(everybody) >= fewRequests && (loop.lateMs() > maxLoopLateMs || databaseWaitedMs() > maxDatabaseWaitMs));
  const limiter = sharedBuckets
    ? createSharedLimiter({ buckets: sharedBuckets, onFailure: onLimiterFailure })
    : createMemoryLimiter();
  const limitRate = rates ? createRateLimits(rates, limiter) : async () => {};
  const brake: Brake =
    rates && rates.refusalsPerMinute !== null
      ? createRefusalBrake(rateOf(rates.refusalsPerMinute, rates.burstSeconds))
      : (_sender, open) => open();

  return {
    admit: ({ request, response, context }, run) =>
      all.run(everybody, async () => {
        const { authorization, "x-forwarded-for": forwardedFor } = request.headers;
        const address = clientAddress(
          { socketAddress: request.socket.remoteAddress, forwardedFor: forwardedFor?.toString() },
          trustedProxies,
        );
        await limitRate(response, { ip: address });
        const opened = await brake({ address, credential: authorization ?? "" }, async () =>
          authenticate(bearerToken(authorization), context),
        );
        const { owner, principal } = opened;
        notesOf(response).principal = principal;
        await limitRate(response, { key: principal.actor.id, project: principal.projectId });
        return owners.run(owner, () =>
          credentials.during(authorization ?? "", { owner, principal }, () => run(opened)),
        );
      }),
    refuseEarly({ headers }) {
      if (isOverloaded()) return { error: overloaded };
      const holder = credentials.holderOf(headers.authorization ?? "");
      return holder !== undefined && owners.isFull(holder.owner) ? { error: tooMany, holder } : null;
    },
  };
}
