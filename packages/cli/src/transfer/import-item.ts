import type { JsonValue, Metadata, SaveInput } from "@persisto/contract";

/** One memory of a file, and where it stands there, for messages. */
export interface ImportItem {
  readonly where: string;
  readonly input: SaveInput;
  /** When it expires, in milliseconds; the seconds until then are counted when it is saved. */
  readonly expiresAtMs?: number;
  /** How far into the file it ends, in bytes; 0 where nobody knows. */
  readonly offset: number;
}

/** What every reader is told. */
export interface ReadOptions {
  /** Where memories go whose line names no namespace; with `isForced` all of them. */
  readonly namespace: string;
  readonly isForced: boolean;
  /** Metadata field for the time a memory was made; without one the time is dropped. */
  readonly createdAtAs?: string | undefined;
  readonly now: number;
}

/** Something that cannot be imported. Says where, and why. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}

const own = new Set([
  "id",
  "namespace",
  "content",
  "metadata",
  "ttl_seconds",
  "created_at",
  "updated_at",
  "expires_at",
  "embedding",
]);

/**
 * A memory as `persisto export` writes it, or any object with `content` or `text`; members that a memory has not become
 * metadata. Null for one that has expired. @throws ImportError without a text, or for members of the wrong kind.
 */
export function toImportItem(
  row: Readonly<Record<string, unknown>>,
  where: string,
  options: ReadOptions,
): ImportItem | null {
  const textField = row["content"] === undefined ? "text" : "content";
  const content = row[textField];
  if (typeof content !== "string")
    throw new ImportError(`${where}: there is no content and no text; every memory needs one.`);
  const extras = Object.entries(row).filter(([name]) => !own.has(name) && name !== textField);
  const createdAt = textOf(row, "created_at", where);
  const metadata: Metadata = {
    ...(Object.fromEntries(extras) as Record<string, JsonValue>),
    ...metadataOf(row["metadata"], where),
    ...(options.createdAtAs !== undefined && createdAt !== undefined && { [options.createdAtAs]: createdAt }),
  };
  const expiry = expiryOf(row, where);
  if (typeof expiry === "number" && expiry <= options.now) return null;
  const id = idOf(row["id"], where);
  const namespace = options.isForced ? undefined : textOf(row, "namespace", where);
  const { embedding } = row;
  const { ttl_seconds: ttlSeconds } = row;
  const input: SaveInput = {
    namespace: namespace ?? options.namespace,
    content,
    metadata,
    ...(id !== undefined && { id }),
    ...(expiry === null && { ttlSeconds: null }),
    // What it may be is for the store to say.
    ...(expiry === undefined && ttlSeconds !== undefined && { ttlSeconds: ttlSeconds as number | null }),
    ...(Array.isArray(embedding) && { embedding: embedding as number[] }),
  };
  return { where, input, offset: 0, ...(typeof expiry === "number" && { expiresAtMs: expiry }) };
}

/** Null in a file is as good as absent; numbers are common. */
function idOf(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" && typeof value !== "number") throw new ImportError(`${where}: id must be a text.`);
  return String(value);
}

function textOf(row: Readonly<Record<string, unknown>>, name: string, where: string): string | undefined {
  const value = row[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new ImportError(`${where}: ${name} must be a text.`);
  return value;
}

function metadataOf(value: unknown, where: string): Metadata {
  if (value === undefined || value === null || value === "") return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new ImportError(`${where}: metadata must be an object.`);
  return value as Metadata;
}

/** In milliseconds; null for never, undefined when it does not say. */
function expiryOf(row: Readonly<Record<string, unknown>>, where: string): number | null | undefined {
  const { expires_at: expiresAt } = row;
  if (expiresAt === undefined || expiresAt === "") return undefined;
  if (expiresAt === null) return null;
  const at = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
  if (Number.isNaN(at)) throw new ImportError(`${where}: expires_at must be a time in ISO 8601, or null.`);
  return at;
}
