/**
 * What a client knows about a save. Acknowledged: it must be there, once and whole. Refused: it must not be there.
 * Unknown, because no answer came: it may be there, once and whole, or not.
 */
export type Fate =
  | { readonly kind: "acknowledged"; readonly id: string; readonly chunks: number }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "unknown"; readonly code: string };

/** The client's own record of every save it sent. */
export class Ledger {
  readonly #fates = new Map<string, Fate>();
  #acknowledged = 0;
  /** Those that were answered. */
  queries = 0;

  /** Notes a save before it is sent: until it is settled nobody knows what becomes of it. */
  open(operation: string): void {
    if (this.#fates.has(operation)) throw new Error(`The operation ${operation} was sent before.`);
    this.#fates.set(operation, { kind: "unknown", code: "not settled" });
  }

  settle(operation: string, fate: Fate): void {
    this.#fates.set(operation, fate);
    if (fate.kind === "acknowledged") this.#acknowledged += 1;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get fates(): ReadonlyMap<string, Fate> {
    return this.#fates;
  }

  /** How many saves met with each fate, those that failed by their code. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const fate of this.#fates.values()) {
      const name = fate.kind === "acknowledged" ? fate.kind : `${fate.kind} (${fate.code})`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }
}
