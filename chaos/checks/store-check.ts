import type { Ledger } from "../lib/ledger.js";
import type { Probe } from "../lib/probe.js";
import type { Check } from "../lib/verdict.js";

/** What may be. */
export interface Allowances {
  /** Whether what nobody answered may have been done: not where the server was asked to stop in order. */
  readonly unansweredAndDone: boolean;
}

/** Compares what a client knows with what is in the tables, after the server has ended. */
export type StoreCheck = (ledger: Ledger, probe: Probe, allowed: Allowances) => Promise<Check[]>;
