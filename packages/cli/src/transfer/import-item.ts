import type { JsonValue, Metadata, PassageInput, SaveInput } from "@persisto/contract";

/** One memory of a file, and where it stands there, for messages. */
export interface ImportItem {
  readonly where: string;
  readonly input: SaveInput;
  /** How far into the file it ends, in bytes; 0 where nobody knows. */
  readonly offset: number;
}

/** What every reader is told. */
export interface ReadOptions {
  /** Where memories go whose line names no namespace; with `isForced` all of them. */
  readonly namespace: string;
  readonly isForced: boolean;
  /** Whether vectors in the file are left out, and its passages with them. */
  readonly embedsAnew: boolean;
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
  "passages",
]);

/**
 * A memory as `persisto export` writes it, or any object with `content` or `text`; members that a memory has not become
 * metadata. @throws ImportError without a text, or for members of the wrong kind.
 */
export function toImportItem(row: Readonly<Record<string, unknown>>, where: string, options: ReadOptions): ImportItem {
  const textField = row["content"] === undefined ? "text" : "content";
  const content = row[textField];
  if (typeof content !== "string")
    throw new ImportError(`${where}: there is no content and no text; every memory needs one.`);
  const extras = Object.entries(row).filter(([name]) => !own.has(name) && name !== textField);
  const metadata: Metadata = {
    ...(Object.fromEntries(extras) as Record<string, JsonValue>),
    ...metadataOf(row["metadata"], where),
  };
  const id = idOf(row["id"], where);
  const namespace = options.isForced ? undefined : textOf(row, "namespace", where);
  const input: SaveInput = {
    namespace: namespace ?? options.namespace,
    content,
    metadata,
    ...(id !== undefined && { id }),
    ...timesOf(row, where),
    ...(!options.embedsAnew && vectorsOf(row)),
  };
  return { where, input, offset: 0 };
}

/** What the times may be is for the store to say. */
function timesOf(
  row: Readonly<Record<string, unknown>>,
  where: string,
): Pick<SaveInput, "createdAt" | "updatedAt" | "expiresAt" | "ttlSeconds"> {
  const createdAt = textOf(row, "created_at", where);
  const updatedAt = textOf(row, "updated_at", where);
  const expiresAt = row["expires_at"] === null ? null : textOf(row, "expires_at", where);
  const { ttl_seconds: ttlSeconds } = row;
  return {
    ...(createdAt !== undefined && { createdAt }),
    // Without the other it says nothing that could be kept.
    ...(createdAt !== undefined && updatedAt !== undefined && { updatedAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(expiresAt === undefined && ttlSeconds !== undefined && { ttlSeconds: ttlSeconds as number | null }),
  };
}

/** What they may be is for the store to say, too. */
function vectorsOf({
  embedding,
  passages,
}: Readonly<Record<string, unknown>>): Pick<SaveInput, "embedding" | "passages"> {
  return {
    ...(Array.isArray(embedding) && { embedding: embedding as number[] }),
    ...(Array.isArray(passages) && { passages: passages as PassageInput[] }),
  };
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
