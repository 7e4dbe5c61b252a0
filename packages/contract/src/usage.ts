/** What a project can be limited in: of a calendar month in UTC, and what it stores. */
export const quotaNames = ["savesPerMonth", "queriesPerMonth", "embeddedTokensPerMonth", "storedBytes"] as const;

/** One of the things that a project can be limited in. */
export type QuotaName = (typeof quotaNames)[number];

/** What was used in a period. */
export interface UsageRow {
  /** A day, e.g. `2026-01-31`, or a month, e.g. `2026-01`, in UTC. */
  period: string;
  /** Where usage is asked for by key: its id, or `host` for what the program did that Persisto runs in, expiry among it. */
  key?: string;
  /** Memories that were saved or changed. */
  saves: number;
  /** Queries that were answered. */
  queries: number;
  /** Tokens that were embedded, for memories and for queries that were not asked shortly before. */
  embeddedTokens: number;
  /** Bytes of content and metadata in UTF-8, those of what was saved less those of what was deleted. */
  storedBytesChange: number;
}

/** Which usage to report. */
export interface UsageInput {
  /** Default: the key's own. The operator names one. */
  project?: string;
  /** First day, in UTC, e.g. `2026-01-01`. Default: 29 days before the last. */
  from?: string;
  /** Last day, in UTC. Default: today. */
  to?: string;
  /** Default `day`. */
  by?: "day" | "month";
  /** Of one key alone. */
  key?: string;
  /** Whether each key has rows of its own. */
  perKey?: boolean;
}

/** What a project has used. Periods in which nothing was used are left out. */
export interface UsageReport {
  project: string;
  from: string;
  to: string;
  by: "day" | "month";
  usage: UsageRow[];
  /** Bytes that are stored now. */
  storedBytes: number;
}

/** A limit, and what counts against it. */
export interface Quota {
  /** Null for none. */
  max: number | null;
  used: number;
}

/** What a project may use. */
export interface ProjectQuotas extends Record<QuotaName, Quota> {
  project: string;
  /** The month that is counted, in UTC, e.g. `2026-01`. */
  month: string;
}

/** New limits; what is left out has none. */
export interface QuotasInput extends Partial<Record<QuotaName, number | null>> {
  project: string;
}
