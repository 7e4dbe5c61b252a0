import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { toImportItem, type ImportItem, type ReadOptions } from "./import-item.js";

/**
 * Every `.md` file in a folder and below, a memory each: its id is the path, so that importing again replaces it; its
 * metadata are the path and the first heading.
 */
export async function* readMarkdown(folder: string, options: ReadOptions): AsyncGenerator<ImportItem> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => /\.(md|markdown)$/i.test(one)).toSorted()) {
    const content = await readFile(join(folder, name), "utf8");
    if (content.trim() === "") continue;
    const path = name.split(sep).join("/");
    const title = /^#{1,6}\s+(.+?)\s*#*$/m.exec(content)?.[1];
    const row = { id: path, content, metadata: { path, ...(title !== undefined && { title }) } };
    yield toImportItem(row, path, options);
  }
}
