import { loadavg } from "node:os";
import { percentile } from "../lib/measures.js";
import type { Measurement } from "./measure.js";

/** A subject, measured between two measurements of what it is compared with. */
export interface Comparison {
  readonly what: string;
  readonly subject: string;
  /** Medians over the rounds. */
  readonly measured: Measurement;
  /** Medians of the ratios of each round; undefined for the reference itself. */
  readonly ratio?: {
    readonly reference: string;
    readonly p50: number;
    readonly p95: number;
    readonly perSecond: number;
  };
  /** Median over the rounds of how far apart the two reference measurements were, as a share. */
  readonly drift: number;
  /** Load of the machine in the last minute, at the end. */
  readonly load: number;
  /** Why the figures must not be used. */
  readonly invalid?: string;
}

/** A row with less recall says nothing about speed. */
const leastRecall = 0.98;

/** References that differ by more mean that the machine was busy with something else. */
const mostDrift = 0.25;

/** A subject and how to measure it once. */
export interface Measured {
  readonly name: string;
  measure(): Promise<Measurement>;
}

/**
 * Measures each subject between two measurements of the reference, in rounds; the reference's own row comes first.
 * Rounds in which the reference drifts are made again, up to as many as were wanted. With `relativeRecall` recall is judged next to the reference's, not next to 1.
 */
export async function compare(
  what: string,
  options: { reference: Measured; subjects: readonly Measured[]; rounds: number; relativeRecall?: boolean },
): Promise<Comparison[]> {
  const { reference, subjects, rounds } = options;
  const runs: Round[][] = [];
  for (const subject of subjects) runs.push(await steadyRounds(reference, subject, rounds));
  const referenceRuns = runs.flat().flatMap(({ before, after }) => [before, after]);
  const bound = medians(referenceRuns);
  const least = leastRecall * (options.relativeRecall === true ? bound.recall : 1);
  const judge = (measured: Measurement, drift: number): Pick<Comparison, "load" | "drift" | "invalid"> => {
    const invalid = invalidity(measured.recall, least, drift);
    return { load: loadavg()[0]!, drift, ...(invalid !== undefined && { invalid }) };
  };
  const rows = subjects.map((subject, index): Comparison => {
    const own = runs[index]!;
    const measured = medians(own.map((run) => run.measured));
    const ratio = (of: keyof Measurement): number =>
      median(own.map(({ before, measured: one, after }) => one[of] / ((before[of] + after[of]) / 2)));
    const drift = median(own.map(({ before, after }) => driftOf(before, after)));
    return {
      what,
      subject: subject.name,
      measured,
      ratio: { reference: reference.name, p50: ratio("p50Ms"), p95: ratio("p95Ms"), perSecond: ratio("perSecond") },
      ...judge(measured, drift),
    };
  });
  const drift = median(runs.flat().map(({ before, after }) => driftOf(before, after)));
  return [{ what, subject: reference.name, measured: bound, ...judge(bound, drift) }, ...rows];
}

interface Round {
  readonly before: Measurement;
  readonly measured: Measurement;
  readonly after: Measurement;
}

/** The steadiest of up to twice as many rounds; chosen by the reference alone, so that no subject gains by it. */
async function steadyRounds(reference: Measured, subject: Measured, rounds: number): Promise<Round[]> {
  const made: Round[] = [];
  const isSteady = ({ before, after }: Round): boolean => driftOf(before, after) <= mostDrift;
  while (made.filter(isSteady).length < rounds && made.length < 2 * rounds) {
    const before = await reference.measure();
    const measured = await subject.measure();
    made.push({ before, measured, after: await reference.measure() });
  }
  return made.toSorted((x, y) => driftOf(x.before, x.after) - driftOf(y.before, y.after)).slice(0, rounds);
}

function driftOf(before: Measurement, after: Measurement): number {
  return Math.abs(before.p50Ms - after.p50Ms) / Math.min(before.p50Ms, after.p50Ms);
}

function invalidity(recall: number, least: number, drift: number): string | undefined {
  if (recall < least) return `recall below ${least.toFixed(3)}`;
  return drift > mostDrift ? `reference drifted by ${Math.round(drift * 100)} %` : undefined;
}

function medians(runs: readonly Measurement[]): Measurement {
  const of = (key: keyof Measurement): number => median(runs.map((run) => run[key]));
  return {
    p50Ms: of("p50Ms"),
    p95Ms: of("p95Ms"),
    perSecond: of("perSecond"),
    recall: Math.min(...runs.map((run) => run.recall)),
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
