import { isPersistoError, type Memory, type SaveInput } from "@persisto/core";
import { sha256, type Repository } from "./open-repository.js";
import { listFiles, readSource } from "./read-repository.js";
import { splitFile } from "./split-file.js";

/** Goes up when files are cut otherwise, so that all are indexed again. */
const splitVersion = 1;

/** Passages saved at once, in one transaction. A file's are always saved together. */
const batchSize = 200;

export interface IndexOptions {
  memory: Memory;
  repository: Repository;
  /** Told how many of all files are done. */
  onProgress?(done: number, total: number): void;
}

/** What is in the index now, and what was done for it. */
export interface Indexed {
  /** Paths of the files that can be cited. */
  files: Set<string>;
  passages: number;
  changed: number;
  deleted: number;
  /** How many files were left out, by the reason. */
  skipped: Map<string, number>;
}

/** Brings the index up to date: what is new or has changed is read, what is gone goes, and all else stays. */
export async function indexRepository({ memory, repository, onProgress }: IndexOptions): Promise<Indexed> {
  const { namespace, root } = repository;
  const known = await knownFiles(memory, namespace);
  const indexed: Indexed = { files: new Set(), passages: 0, changed: 0, deleted: 0, skipped: new Map() };
  let waiting: SaveInput[] = [];
  let outdated: string[] = [];

  /** First the old passages go: what is interrupted in between is a file that is not known, and is indexed next time. */
  async function flush(): Promise<void> {
    if (outdated.length > 0) await memory.delete({ namespace, filters: { path: { in: outdated } } });
    await memory.saveMany(waiting);
    waiting = [];
    outdated = [];
  }

  const paths = await listFiles(root);
  for (const [done, path] of paths.entries()) {
    onProgress?.(done, paths.length);
    const source = await readSource(root, path);
    if ("skipped" in source) {
      indexed.skipped.set(source.skipped, (indexed.skipped.get(source.skipped) ?? 0) + 1);
      continue;
    }
    indexed.files.add(path);
    const hash = sha256(`${splitVersion}\n${source.text}`);
    const before = known.get(path);
    const passages = before?.hash === hash ? [] : passagesOf(namespace, path, { text: source.text, hash });
    indexed.passages += before?.hash === hash ? before.passages : passages.length;
    if (before?.hash === hash) continue;
    indexed.changed++;
    if (waiting.length + passages.length > batchSize || outdated.length >= batchSize) await flush();
    waiting.push(...passages);
    if (before) outdated.push(path);
  }
  const gone = [...known.keys()].filter((path) => !indexed.files.has(path));
  for (const path of gone) {
    if (outdated.length >= batchSize) await flush();
    outdated.push(path);
  }
  await flush();
  indexed.deleted = gone.length;
  onProgress?.(paths.length, paths.length);
  return indexed;
}

/** The path is part of what is searched: it often says what the lines do not. */
function passagesOf(namespace: string, path: string, file: { text: string; hash: string }): SaveInput[] {
  return splitFile(file.text).map(({ from, to, text }) => ({
    namespace,
    id: sha256(`${path}:${from}-${to}`),
    content: `${path}\n${text}`,
    metadata: { path, from, to, hash: file.hash },
  }));
}

/** What an earlier run has indexed, from the index itself, so that the two cannot differ. */
async function knownFiles(memory: Memory, namespace: string): Promise<Map<string, { hash: string; passages: number }>> {
  const known = new Map<string, { hash: string; passages: number }>();
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await memory.list({ namespace, limit: 1_000, ...(cursor && { cursor }) }).catch((error: unknown) => {
      if (isPersistoError(error) && error.code === "not_found") return { memories: [], nextCursor: null };
      throw error;
    });
    for (const { metadata } of page.memories) {
      const { path, hash } = metadata as { path: string; hash: string };
      known.set(path, { hash, passages: (known.get(path)?.passages ?? 0) + 1 });
    }
    cursor = page.nextCursor;
  }
  return known;
}
