import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * @typedef {object} Manifest what a package says of itself, as far as releases ask
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {{ type?: string, url?: string, directory?: string }} [repository]
 */

/** @returns {(Manifest & { folder: string })[]} of every workspace, published or not */
export function readManifests() {
  const ofPackages = readdirSync(join(root, "packages")).map((name) => `packages/${name}`);
  return [...ofPackages, "bench", "chaos"]
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({ ...JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")), folder }));
}

/** Where the Python SDK has its version; its build reads it there. */
export const pythonVersionFile = join(root, "sdk/python/src/persisto/_version.py");

/** @returns {string} */
export function readPythonVersion() {
  return /"(.+)"/.exec(readFileSync(pythonVersionFile, "utf8"))?.[1] ?? "";
}
