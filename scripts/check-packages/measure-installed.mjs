import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {object} Installed what users get with the dependencies of a project, its tools left out
 * @property {number} packages
 * @property {number} megabytes of disk, a million bytes each
 * @property {string[]} withScripts the places of packages that run something when they are installed
 */

/**
 * @param {string} folder of the project
 * @returns {Promise<Installed>}
 */
export async function measureInstalled(folder) {
  /** @type {{ packages: Record<string, { dev?: boolean, hasInstallScript?: boolean }> }} */
  const lock = JSON.parse(await readFile(join(folder, "node_modules/.package-lock.json"), "utf8"));
  const places = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
  const bytes = await Promise.all(places.map(([place]) => bytesOf(join(folder, place))));
  return {
    packages: places.length,
    megabytes: bytes.reduce((sum, size) => sum + size, 0) / 1e6,
    withScripts: places.filter(([, entry]) => entry.hasInstallScript === true).map(([place]) => place),
  };
}

/**
 * @param {string} folder of a package; what is installed inside it has a place of its own
 * @returns {Promise<number>} what it takes on the disk
 */
async function bytesOf(folder) {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === "node_modules" ? 0 : await bytesOf(path);
    else {
      const { blocks, size } = await stat(path);
      // Windows does not count blocks.
      bytes += blocks > 0 ? blocks * 512 : size;
    }
  }
  return bytes;
}
