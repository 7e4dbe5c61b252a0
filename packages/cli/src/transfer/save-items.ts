import { isPersistoError, limits, type Memory, type SaveInput } from "@persisto/contract";
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

/**
 * Saves memories in batches; one batch is held at a time.
 * @throws ImportError saying where the first is that cannot be saved, and how many are saved already.
 */
export async function saveItems(
  memory: Memory,
  items: AsyncIterable<ImportItem | null>,
  onProgress: (result: Readonly<ImportResult>, offset: number) => void,
): Promise<ImportResult> {
  const result: ImportResult = { saved: 0, expired: 0 };
  let batch: ImportItem[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await saveBatch(memory, batch);
    result.saved += batch.length;
    onProgress(result, batch.at(-1)?.offset ?? 0);
    batch = [];
    bytes = 0;
  };
  try {
    for await (const item of items) {
      if (item === null) {
        result.expired += 1;
        continue;
      }
      const size = Buffer.byteLength(item.input.content) + (item.input.embedding?.length ?? 0) * 10;
      if (batch.length >= batchSize || bytes + size > batchBytes) await flush();
      batch.push(item);
      bytes += size;
    }
    await flush();
  } catch (cause) {
    if (!(cause instanceof ImportError) && !isPersistoError(cause)) throw cause;
    const before = result.saved === 0 ? "Nothing was saved." : `${result.saved} memories before are saved.`;
    throw new ImportError(`${cause.message.replace(/[.;]?$/, ".")} ${before}`, { cause });
  }
  return result;
}

async function saveBatch(memory: Memory, batch: readonly ImportItem[]): Promise<void> {
  try {
    await memory.saveMany(batch.map(toInput));
  } catch (cause) {
    const [issue] = isPersistoError(cause) ? (cause.details.issues ?? []) : [];
    const [, index, field = ""] = /^(?:memories)?\[(\d+)\]\.?(.*)$/.exec(issue?.field ?? "") ?? [];
    const item = index === undefined ? undefined : batch[Number(index)];
    if (issue === undefined || item === undefined) throw cause;
    throw new ImportError(`${item.where}: ${field === "" ? "" : `${field}: `}${issue.message}`, { cause });
  }
}

/** A second is the unit of a save, so that a memory may live up to one longer than it did. */
function toInput({ input, expiresAtMs }: ImportItem): SaveInput {
  if (expiresAtMs === undefined) return input;
  const seconds = Math.ceil((expiresAtMs - Date.now()) / 1_000);
  return { ...input, ttlSeconds: Math.min(Math.max(seconds, 1), limits.ttlSeconds) };
}
