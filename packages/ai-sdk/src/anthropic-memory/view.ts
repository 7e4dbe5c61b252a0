import type { MemoryFile } from "./memory-files.js";

const LEVELS = 2;

/** What is in a folder, two levels deep, with sizes; folders end with a slash. */
export function viewFolder(folder: string, files: readonly MemoryFile[]): string {
  const sizes = new Map<string, number>([[folder, 0]]);
  for (const { path, text } of files) {
    const size = new TextEncoder().encode(text).length;
    sizes.set(folder, sizes.get(folder)! + size);
    const steps = path.slice(folder.length + 1).split("/");
    for (let level = 1; level <= Math.min(LEVELS, steps.length); level++) {
      const place = `${folder}/${steps.slice(0, level).join("/")}${level < steps.length ? "/" : ""}`;
      sizes.set(place, (sizes.get(place) ?? 0) + size);
    }
  }
  const lines = [...sizes].map(([place, size]) => `${inUnits(size)}\t${place}`);
  return [`Here're the files and directories up to 2 levels deep in ${folder}:`, ...lines].join("\n");
}

/** A file, or lines of it from the first to the last, each with its number. */
export function viewFile({ path, text }: MemoryFile, range?: readonly [number, number]): string {
  const lines = text.split("\n");
  const [first, last] = range ?? [1, lines.length];
  const end = last === -1 ? lines.length : last;
  const numbered = numberLines(lines.slice(first - 1, end), first);
  return `Here's the content of ${path} with line numbers:\n${numbered}`;
}

/** Lines with their numbers, as the models know it: six wide, then a tab. */
export function numberLines(lines: readonly string[], first: number): string {
  return lines.map((line, index) => `${String(first + index).padStart(6)}\t${line}`).join("\n");
}

function inUnits(bytes: number): string {
  return bytes < 1024 ? `${bytes}B` : `${(bytes / 1024).toFixed(1)}K`;
}
