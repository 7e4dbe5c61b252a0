import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { decodeUtf8 } from "./decode-utf8.js";
import { ImportError, toImportItem, type ImportItem, type ReadOptions } from "./import-item.js";

/** Whose a memory is there, the closest first, and the namespace that becomes of it. */
const owners = { user_id: "user", agent_id: "agent", app_id: "app", run_id: "run" } as const;

/**
 * What `get_all()` of mem0 gives, as JSON: a list of memories, or an object with one in `results` or `memories`. The
 * file is read whole, as JSON is. Without `--namespace` Alice's go to `user:alice`.
 */
export async function* readMem0(stream: Readable, options: ReadOptions): AsyncGenerator<ImportItem> {
  for (const [index, one] of memoriesIn(decodeUtf8(await buffer(stream), "The file")).entries()) {
    const where = `memory ${index + 1}`;
    yield toImportItem(rowOf(one, where), where, options);
  }
}

function memoriesIn(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ImportError("The file is no JSON; mem0's get_all() gives some.");
  }
  const inside = value as { results?: unknown; memories?: unknown } | null;
  const list = Array.isArray(value) ? value : (inside?.results ?? inside?.memories);
  if (Array.isArray(list)) return list;
  throw new ImportError(
    "The file holds no list of memories; write what mem0's get_all() gives, not an export with a schema of its own.",
  );
}

function rowOf(item: unknown, where: string): Record<string, unknown> {
  const { id, memory, metadata, created_at, updated_at, expiration_date, categories, ...rest } = (item ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof memory !== "string") throw new ImportError(`${where}: there is no text in memory, as mem0 has it.`);
  if (typeof metadata !== "object" && metadata !== undefined)
    throw new ImportError(`${where}: metadata must be an object.`);
  const named = Object.entries(owners).filter(([name]) => typeof rest[name] === "string" && rest[name] !== "");
  const [first] = named;
  return {
    id,
    content: memory,
    created_at,
    updated_at,
    ...(first && { namespace: `${first[1]}:${String(rest[first[0]])}` }),
    ...(typeof expiration_date === "string" && { expires_at: expiration_date }),
    metadata: {
      ...metadata,
      ...(Array.isArray(categories) && categories.length > 0 && { categories }),
      ...Object.fromEntries(named.map(([name]) => [name, rest[name]])),
    },
  };
}
