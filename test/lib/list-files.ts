import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What is made, not written; as in .gitignore, which a checkout without git cannot ask. */
const madeDirectories = new Set([
  ..."node_modules dist coverage results work .git .turbo .postgres .persisto .setup-lock".split(" "),
  ...".venv __pycache__ .mypy_cache .pytest_cache .ruff_cache".split(" "),
]);

/** Every file of the repository that somebody wrote, as paths from its root with forward slashes. */
export function listFiles(directory = ""): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
    if (entry.isDirectory()) return madeDirectories.has(entry.name) ? [] : listFiles(path);
    return entry.isFile() && entry.name !== ".env" && !entry.name.endsWith(".tgz") ? [path] : [];
  });
}
