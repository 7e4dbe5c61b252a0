import { findJsonIssue, limits, type Metadata } from "@persisto/contract";

/** A quarter is left for what stands beside it. */
const mostBytes = (limits.metadataBytes * 3) / 4;
const encoder = new TextEncoder();

/** Whether JSON can be a part of metadata: small enough, flat enough, and with nothing that Postgres cannot hold. */
export function fitsMetadata(json: Metadata): boolean {
  const isSmall = encoder.encode(JSON.stringify(json)).length <= mostBytes;
  return isSmall && depthOf(json) < limits.jsonDepth && findJsonIssue(json) === null;
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
