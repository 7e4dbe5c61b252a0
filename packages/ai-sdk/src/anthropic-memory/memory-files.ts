import { readPages, saveAll } from "@persisto/adapter-kit";
import type { Filters, Memory, MemoryRecord, SaveInput } from "@persisto/contract";

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

  /** Writes files, all or none of those that fit into one batch. */
  async write(files: readonly MemoryFile[]): Promise<void> {
    const { memory, namespace } = this.#scope;
    const inputs = files.map(({ path, text }): SaveInput => {
      const content = text === "" ? emptyContent : text;
      return { namespace, id: path, content, metadata: { path, isEmpty: text === "" } };
    });
    await saveAll(memory, inputs);
  }

  /** Every file in a folder, at any depth, by path. */
  async list(folder: string): Promise<MemoryFile[]> {
    const { memory, namespace } = this.#scope;
    const records = await readPages(memory, { namespace, filters: inFolder(folder) });
    return records.map(toFile).sort((left, right) => (left.path < right.path ? -1 : 1));
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
