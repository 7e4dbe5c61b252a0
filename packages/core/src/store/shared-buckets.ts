/** A bucket of tokens that fills up by one in each interval. */
export interface Bucket {
  /** What it belongs to: an id, never a secret. */
  readonly name: string;
  /** Time in which one token comes back, in microseconds. */
  readonly intervalUs: number;
  /** Tokens in a full one. */
  readonly size: number;
}

/** What became of a bucket that was asked for a token. */
export interface Taken {
  /** Whether it had one. */
  readonly admitted: boolean;
  /** Until it is full, in milliseconds. */
  readonly fullInMs: number;
}

/** Token buckets that all servers of one database share. */
export interface SharedBuckets {
  /**
   * Takes a token out of one bucket after the other, up to the first that has none: the last of the answers then. By the
   * database's clock, in one statement. @throws PersistoError unavailable when the database cannot be reached.
   */
  take(buckets: readonly Bucket[]): Promise<Taken[]>;
}

/** Buckets as they are kept. */
export interface BucketStore extends SharedBuckets {
  /** Forgets at most `limit` of those that are full, which is what an unknown one is; gives how many. */
  removeFull(limit: number): Promise<number>;
}
