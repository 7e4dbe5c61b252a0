import { limits, type Filters, type Memory, type MemoryRecord, type SaveInput } from "@persisto/contract";
import { isUnknownNamespace } from "../recall.js";

/** A text file. */
export interface MemoryFile {
  path: string;
  text: string;
}

/** Where files are kept. */
export interface MemoryFilesScope {
  memory: Pick<Memory, "get" | "list" | "saveMany" | "delete">;
  namespace: string;
}

/** What stands for the text of an empty file, since a memory has at least one character. */
const emptyContent = "(empty file)";

/** Text files in a namespace: a memory each, whose id is the path and whose content is the text. */
export class MemoryFiles {
  readonly #scope: MemoryFilesScope;

  constructor(scope: MemoryFilesScope) {
    this.#scope = scope;
  }

  /** The file, or null when there is none, nor for another memory that has the path as its id. */
  async read(path: string): Promise<MemoryFile | null> {
    const { memory, namespace } = this.#scope;
    const record = await memory.get({ namespace, id: path });
    return record?.metadata["path"] === path ? toFile(record) : null;
  }

  /** Writes files, all or none up to a thousand. */
  async write(files: readonly MemoryFile[]): Promise<void> {
    const { memory, namespace } = this.#scope;
    const inputs = files.map(({ path, text }): SaveInput => {
      const content = text === "" ? emptyContent : text;
      return { namespace, id: path, content, metadata: { path, isEmpty: text === "" } };
    });
    for (let start = 0; start < inputs.length; start += limits.batch) {
      await memory.saveMany(inputs.slice(start, start + limits.batch));
    }
  }

  /** Every file in a folder, at any depth, by path. */
  async list(folder: string): Promise<MemoryFile[]> {
    const { memory, namespace } = this.#scope;
    const files: MemoryFile[] = [];
    let cursor: string | null = null;
    try {
      do {
        const page = { namespace, filters: inFolder(folder), limit: limits.pageSize, ...(cursor && { cursor }) };
        const { memories, nextCursor } = await memory.list(page);
        files.push(...memories.map(toFile));
        cursor = nextCursor;
      } while (cursor !== null);
    } catch (error) {
      if (isUnknownNamespace(error)) return [];
      throw error;
    }
    return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  }

  /** Deletes a file, and everything in a folder of that name; gives how many files. */
  async delete(path: string): Promise<number> {
    const { memory, namespace } = this.#scope;
    const { count } = await memory.delete({ namespace, filters: { or: [{ path }, inFolder(path)] } });
    return count;
  }
}

function inFolder(folder: string): Filters {
  return { path: { startsWith: `${folder}/` } };
}

function toFile({ id, content, metadata }: MemoryRecord): MemoryFile {
  return { path: id, text: metadata["isEmpty"] === true ? "" : content };
}
