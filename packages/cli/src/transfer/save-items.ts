import { isPersistoError, type Memory, type SaveInput } from "@persisto/contract";
import { ImportError, type ImportItem } from "./import-item.js";

/** What became of an import. */
export interface ImportResult {
  saved: number;
  /** Had expired. */
  expired: number;
}

/** Small enough that a server answers within seconds, large enough that embedding is done in bulk. */
const batchSize = 200;
const batchBytes = 2_000_000;
const bytesPerNumber = 12;

/** How long a batch may be on its way. */
const savedWithinMs = 2_000;

/**
 * Saves memories in batches; one batch is held at a time.
 * @throws ImportError saying where the first is that cannot be saved, and how many are saved already.
 */
export async function saveItems(
  memory: Memory,
  items: AsyncIterable<ImportItem>,
  onProgress: (result: Readonly<ImportResult>, offset: number) => void,
): Promise<ImportResult> {
  const result: ImportResult = { saved: 0, expired: 0 };
  let batch: ImportItem[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    // Here, not when it was read: what a batch waits for may take minutes on a pipe.
    const live = batch.filter((item) => !hasExpired(item));
    if (live.length > 0) await saveBatch(memory, live);
    result.saved += live.length;
    result.expired += batch.length - live.length;
    onProgress(result, batch.at(-1)?.offset ?? 0);
    batch = [];
    bytes = 0;
  };
  try {
    for await (const item of items) {
      const size = sizeOf(item.input);
      if (batch.length >= batchSize || bytes + size > batchBytes) await flush();
      batch.push(item);
      bytes += size;
    }
    await flush();
  } catch (cause) {
    if (!(cause instanceof ImportError) && !isPersistoError(cause)) throw cause;
    const before = result.saved === 0 ? "Nothing was saved." : `${result.saved} memories before are saved.`;
    throw new ImportError(`${asSentence(cause.message)} ${before}`, { cause });
  }
  return result;
}

async function saveBatch(memory: Memory, batch: readonly ImportItem[]): Promise<void> {
  try {
    await memory.saveMany(batch.map(({ input }) => input));
  } catch (cause) {
    const [issue] = isPersistoError(cause) ? (cause.details.issues ?? []) : [];
    const [, index, field = ""] = /^(?:memories)?\[(\d+)\]\.?(.*)$/.exec(issue?.field ?? "") ?? [];
    const item = index === undefined ? undefined : batch[Number(index)];
    if (issue === undefined || item === undefined) throw cause;
    throw new ImportError(`${item.where}: ${field === "" ? "" : `${field}: `}${issue.message}`, { cause });
  }
}

function asSentence(message: string): string {
  return message.endsWith("?") ? message : message.replace(/[.;]?$/, ".");
}

/** Also what would before it is saved: a store takes nothing that has. */
function hasExpired({ input: { expiresAt } }: ImportItem): boolean {
  return typeof expiresAt === "string" && Date.parse(expiresAt) <= Date.now() + savedWithinMs;
}

/** Of its texts and vectors, about. */
function sizeOf({ content, embedding = [], passages = [] }: SaveInput): number {
  const parts = [{ content, embedding }, ...passages];
  return parts.reduce(
    (sum, part) => sum + Buffer.byteLength(part.content) + (part.embedding?.length ?? 0) * bytesPerNumber,
    0,
  );
}
