import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeUtf8 } from "./decode-utf8.js";
import { ImportError, toImportItem, type ImportItem, type ReadOptions } from "./import-item.js";

/**
 * Every `.md` file in a folder and below, a memory each: its id is the path, so that importing again replaces it; its
 * metadata are the path and the first heading. Hidden files and folders are left out, such as `.git` and `.trash`.
 */
export async function* readMarkdown(folder: string, options: ReadOptions): AsyncGenerator<ImportItem> {
  const paths = await pathsIn(folder, "");
  for (const path of paths.toSorted()) {
    const content = decodeUtf8(await readFile(join(folder, path)), path);
    if (content.trim() === "") continue;
    const title = titleOf(content);
    const row = { id: path, content, metadata: { path, ...(title !== undefined && { title }) } };
    yield toImportItem(row, path, options);
  }
}

/** From the folder on, with slashes. Links to folders are not followed, as they may lead in circles. */
async function pathsIn(folder: string, below: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    if (entry.name.startsWith(".")) continue;
    const path = below + entry.name;
    if (entry.isDirectory()) paths.push(...(await pathsIn(folder, `${path}/`)));
    else if (/\.(md|markdown)$/i.test(path) && (entry.isFile() || (await leadsToFile(join(folder, path), path)))) {
      paths.push(path);
    }
  }
  return paths;
}

async function leadsToFile(link: string, path: string): Promise<boolean> {
  try {
    return (await stat(link)).isFile();
  } catch (cause) {
    throw new ImportError(`${path}: is a link to nothing; remove it.`, { cause });
  }
}

/** The first heading; front matter and code have comments that look like one. */
function titleOf(content: string): string | undefined {
  const prose = content
    .replace(/^---\r?\n[^]*?\n---[ \t]*\r?\n/, "")
    .replaceAll(/^ {0,3}(```|~~~)[^]*?(?:^ {0,3}\1|$(?![^]))/gm, "");
  return /^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*\r?$/m.exec(prose)?.[1];
}
