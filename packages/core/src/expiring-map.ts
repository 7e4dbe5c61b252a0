import { LruMap } from "./lru-map.js";

/** What an ExpiringMap needs. */
export interface ExpiringMapOptions {
  /** Most entries; one more drops the entry not used for longest. */
  readonly capacity: number;
  /** How long an entry is given back. */
  readonly maxAgeMs: number;
  /** A clock that never goes back, in milliseconds. */
  readonly now?: () => number;
}

/** Remembers values for a while, so that what they were found in is not asked each time. */
export class ExpiringMap<Value> {
  readonly #entries: LruMap<{ readonly value: Value; readonly foundAt: number }>;
  readonly #maxAgeMs: number;
  readonly #now: () => number;

  constructor({ capacity, maxAgeMs, now = () => performance.now() }: ExpiringMapOptions) {
    this.#entries = new LruMap(capacity);
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
  }

  /** The value for a key; found, and remembered from when the search for it began, unless one is known that is not too old. A failure is not remembered. */
  async get(key: string, find: () => Promise<Value>): Promise<Value> {
    const foundAt = this.#now();
    const known = this.#entries.get(key);
    if (known !== undefined && foundAt - known.foundAt < this.#maxAgeMs) return known.value;
    const value = await find();
    this.#entries.set(key, { value, foundAt });
    return value;
  }
}
