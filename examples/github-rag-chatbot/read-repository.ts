import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { git } from "./open-repository.js";

/** A file as text, or why it is left out. */
export type Source = { text: string } | { skipped: string };

const maxBytes = 200_000;
// So many lines make less than the 1,000 passages that can be saved at once.
const maxLines = 5_000;

/** What is left out by its name. Yours to change. */
const names: readonly [reason: string, pattern: RegExp][] = [
  ["lock files", /(^|\/)([^/]*[.-]lock(\.\w+)?|pnpm-lock\.yaml|npm-shrinkwrap\.json|go\.sum|gradle\.lockfile)$/],
  ["generated", /(^|\/)(dist|vendor|node_modules|third_party|__snapshots__)\/|\.(min\.\w+|map|snap|pb\.go)$|_pb2\.py$/],
  ["data", /\.(svg|csv|tsv|jsonl|ipynb|pem|key|patch|diff)$|(^|\/)\.env(\.\w+)?$/],
];

/** Paths of what Git tracks, with slashes, as they are in the working tree. */
export async function listFiles(root: string): Promise<string[]> {
  const paths = (await git(root, "ls-files", "-z", "--deduplicate")).split("\0");
  return paths.filter(Boolean);
}

/** Reads what is worth it. Nothing outside of the repository is read: a link in it is no file of it. */
export async function readSource(root: string, path: string): Promise<Source> {
  const [unwanted] = names.find(([, pattern]) => pattern.test(path)) ?? [];
  if (unwanted) return { skipped: unwanted };
  const realRoot = await realpath(root);
  const file = join(realRoot, path);
  // A file that Git tracks and that is not there has been deleted, which is no news for Git until it is committed.
  const real = await realpath(file).catch(() => null);
  if (real === null) return { skipped: "deleted" };
  if (real !== file || !file.startsWith(realRoot + sep)) return { skipped: "links" };
  const facts = await stat(file);
  if (!facts.isFile()) return { skipped: "submodules" };
  if (facts.size > maxBytes) return { skipped: "huge" };
  return readText(await readFile(file));
}

function readText(bytes: Buffer): Source {
  // Git, too, takes a file with a zero byte at its beginning for binary.
  if (bytes.subarray(0, 8_000).includes(0)) return { skipped: "binary" };
  const text = decode(bytes);
  if (text === null) return { skipped: "binary" };
  const lines = text.split("\n").length;
  if (lines > maxLines) return { skipped: "huge" };
  const isMinified = text.length / lines > 500;
  const isMarked = /@generated\b|\bDO NOT EDIT\b|\bauto-?generated\b/i.test(text.slice(0, 500));
  return isMinified || isMarked ? { skipped: "generated" } : { text };
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
