import type { Ledger } from "../lib/ledger.js";
import type { Probe } from "../lib/probe.js";
import type { Check } from "../lib/verdict.js";

/** Compares what a client knows with what is in the tables, after the server has ended. */
export type StoreCheck = (ledger: Ledger, probe: Probe) => Promise<Check[]>;
