import { findJsonIssue, limits, type Metadata } from "@persisto/contract";

/** In UTF-16 units of up to three bytes; a quarter is left for what stands beside it. */
const mostUnits = limits.metadataBytes / 4;

/** Whether JSON can be a part of metadata: small enough, flat enough, and with nothing that Postgres cannot hold. */
export function fitsMetadata(json: Metadata): boolean {
  return JSON.stringify(json).length <= mostUnits && depthOf(json) < limits.jsonDepth && findJsonIssue(json) === null;
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
