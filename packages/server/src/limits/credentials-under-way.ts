import type { Principal } from "@persisto/contract";

/** Whose a credential is. */
export interface Holder {
  readonly owner: string;
  readonly principal: Principal;
}

/**
 * The credentials of requests under way, which have been looked at: whose another request with the same one is need not be
 * asked. Nothing is kept of a credential that no request is under way with.
 */
export class CredentialsUnderWay {
  readonly #holders = new Map<string, { holder: Holder; count: number }>();

  holderOf(credential: string): Holder | undefined {
    return this.#holders.get(credential)?.holder;
  }

  /** Holds for as long as the action takes. */
  async during<Result>(credential: string, holder: Holder, action: () => Promise<Result>): Promise<Result> {
    const before = this.#holders.get(credential)?.count ?? 0;
    this.#holders.set(credential, { holder, count: before + 1 });
    try {
      return await action();
    } finally {
      const entry = this.#holders.get(credential);
      if (entry !== undefined && (entry.count -= 1) === 0) this.#holders.delete(credential);
    }
  }
}
