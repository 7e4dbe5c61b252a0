import type { JsonValue, Metadata } from "@persisto/contract";

/**
 * Metadata as loaders make it, as JSON: dates become ISO 8601, instances of classes plain objects, undefined is left out.
 * What JSON has no word for (NaN, functions, bigints) is left for the memory to refuse, where `JSON.stringify` would make
 * null of it.
 */
export function toMetadata(metadata: Record<string, unknown> | undefined): Metadata {
  return toJson(metadata ?? {}, 0) as Metadata;
}

/** Levels that are copied; the memory takes fewer, and refuses what is left. */
const deepest = 40;

function toJson(value: unknown, depth: number): JsonValue {
  if (typeof value !== "object" || value === null || depth > deepest) return value as JsonValue;
  if ("toJSON" in value && typeof value.toJSON === "function") return toJson(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, toJson(item, depth + 1)]));
}
