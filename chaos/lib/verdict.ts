/** One thing that must hold, and what was found. */
export interface Check {
  readonly name: string;
  readonly isMet: boolean;
  readonly found: string;
}

/** What a workload proved on a backend. */
export interface Verdict {
  readonly workload: string;
  readonly backend: string;
  readonly checks: readonly Check[];
  /** What was measured beside, by name. */
  readonly figures: Readonly<Record<string, string | number>>;
}

/** How many offenders a verdict names. */
const shown = 5;

/** A check that holds when nobody offends against it. */
export function noneOf(name: string, offenders: readonly string[]): Check {
  const examples = offenders.slice(0, shown).join(", ");
  return {
    name,
    isMet: offenders.length === 0,
    found: offenders.length === 0 ? "0" : `${offenders.length}: ${examples}${offenders.length > shown ? ", ..." : ""}`,
  };
}

/** Whether every check of a verdict holds. */
export function isProved({ checks }: Verdict): boolean {
  return checks.every(({ isMet }) => isMet);
}

/** A verdict as lines of text. */
export function describeVerdict(verdict: Verdict): string {
  const { workload, backend, checks, figures } = verdict;
  return [
    `${isProved(verdict) ? "PASS" : "FAIL"}  ${workload} on ${backend}`,
    ...checks.map(({ name, isMet, found }) => `  ${isMet ? "ok  " : "FAIL"}  ${name}: ${found}`),
    ...Object.entries(figures).map(([name, value]) => `        ${name}: ${value}`),
  ].join("\n");
}
