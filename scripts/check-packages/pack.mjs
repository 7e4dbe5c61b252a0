import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mustRun } from "./run.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Packs packages of ours and those they depend on, as npm would publish them.
 *
 * @param {string[]} names
 * @param {string} folder where the tarballs go
 * @returns {Promise<Record<string, string>>} dependencies of a project that installs them
 */
export async function packWithDependencies(names, folder) {
  await mkdir(folder, { recursive: true });
  /** @type {Record<string, string>} */
  const tarballs = {};
  for (const name of await withDependencies(names)) {
    const output = await mustRun("npm", ["pack", "--json", "--pack-destination", folder], join(root, "packages", name));
    const [{ filename }] = JSON.parse(output.slice(output.indexOf("[")));
    tarballs[name === "cli" ? "persisto" : `@persisto/${name}`] = `file:${join(folder, filename)}`;
  }
  return tarballs;
}

/**
 * @param {string[]} names
 * @returns {Promise<Set<string>>}
 */
async function withDependencies(names) {
  const all = new Set(names);
  for (const name of all) {
    const { dependencies = {} } = JSON.parse(await readFile(join(root, "packages", name, "package.json"), "utf8"));
    for (const dependency of Object.keys(dependencies)) {
      // A set goes on to what is added to it.
      if (dependency.startsWith("@persisto/")) all.add(dependency.slice("@persisto/".length));
    }
  }
  return all;
}
