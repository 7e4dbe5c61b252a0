/** Requests of one project under way; far more than its database does at a time, far fewer than memory runs out at. */
export const defaultMaxConcurrentRequests = 256;

/** Requests under way in all; four projects at their limit, and no more waiting than a few seconds of work. */
export const defaultMaxConcurrentRequestsInAll = 1_024;

/**
 * Requests under way that are let in however late the event loop is: few may be slow because one of them is large, and there is no
 * reason to refuse any.
 */
export const fewRequests = 32;

/**
 * How late the event loop may be before one more request waits for its turn behind too many others. A request takes
 * some six turns, and each turn begins the work of every request that has arrived: with none refused, turns became seconds.
 */
export const defaultMaxLoopLateMs = 50;

/** How long a call may wait for the database before no more are let in to wait behind it. A request calls it twice or three times. */
export const maxDatabaseWaitMs = 50;

/** How much is let in. Null is no limit. */
export interface RateOptions {
  readonly requestsPerMinute: {
    /** Of one key, with the tokens made with it. */
    readonly key: number | null;
    readonly project: number | null;
    /** Of one address, whatever credentials it sends. */
    readonly ip: number | null;
  };
  /** The requests of so many seconds may come at once. */
  readonly burstSeconds: number;
  /** Wrong or missing credentials from one address. */
  readonly refusalsPerMinute: number | null;
}

/** Without configuration: nobody is limited who has a key. */
export const defaultRates: RateOptions = {
  requestsPerMinute: { key: null, project: null, ip: null },
  burstSeconds: 60,
  refusalsPerMinute: 120,
};
