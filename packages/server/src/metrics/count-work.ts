import type { Response } from "express";
import type { routes } from "@persisto/contract";
import type { Metrics } from "./metrics.js";

/** What was asked, and how it was answered. */
export interface Done {
  /** In wire names. */
  readonly answer: object;
  readonly response: Response;
}

/** Counts what a memory has done; an answer that is repeated to a request that was sent again is no work. */
export function countWork(metrics: Metrics, verb: keyof typeof routes, { answer, response }: Done): void {
  if (response.hasHeader("Idempotent-Replayed")) return;
  if (verb === "query") metrics.queryDone();
  if (verb === "save") metrics.memoriesSaved(1);
  if (verb === "saveMany" && "results" in answer && Array.isArray(answer.results)) {
    metrics.memoriesSaved(answer.results.length);
  }
}
