import type { StoreFacts } from "../store/postgres/queries/store-facts.js";

// A dump is a tar file, compressed by gzip, with two entries: what it holds, and the directory of the embedded Postgres.
// gzip's checksum tells a damaged one.

/** First in the file. */
export const aboutName = "persisto-dump.json";
/** The directory, in the file and in a data directory. */
export const postgresName = "postgres";

/** What is counted at a dump, and again at a load. */
export interface About extends StoreFacts {
  readonly format: 1;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What a dump says of itself; undefined when the text is not of one. */
export function parseAbout(text: string): About | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON, so nothing that Persisto wrote.
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { format, createdAt, schemaVersion, postgresVersion, memories, passages } = value as Record<
    keyof About,
    unknown
  >;
  const counts = [schemaVersion, postgresVersion, memories, passages];
  return format === 1 && typeof createdAt === "string" && counts.every(Number.isSafeInteger)
    ? (value as About)
    : undefined;
}
