import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../store/clients/error-code.js";

/** Windows opens no directories, and some file systems flush none. */
const unsupported = ["EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP"];

/** Has a file, or the names in a directory, written to the disk. */
export function syncPath(path: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    fsyncSync(file);
  } catch (error) {
    if (!unsupported.includes(errorCode(error) ?? "")) throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The same of a directory with everything in it. */
export function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else syncPath(path);
  }
  syncPath(directory);
}
