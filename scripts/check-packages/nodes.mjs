import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mustRun } from "./run.mjs";

/** The oldest Node that the packages run on, and the newest of each line after it. */
const versions = ["20.19.0", "22", "24"];

/**
 * Fetches Nodes from the npm registry, which has their binaries as packages.
 *
 * @param {string} folder
 * @returns {Promise<Record<string, string>>} the path of each by its version
 */
export async function installNodes(folder) {
  const os = process.platform === "win32" ? "win" : process.platform;
  const prefix = os === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const dependencies = versions.map((version) => [`node-${version}`, `npm:${prefix}-${os}-${process.arch}@${version}`]);
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, dependencies: Object.fromEntries(dependencies) };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await mustRun("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder);

  /** @type {Record<string, string>} */
  const nodes = {};
  for (const version of versions) {
    const path = join(folder, "node_modules", `node-${version}`, "bin", os === "win" ? "node.exe" : "node");
    const found = await mustRun(path, ["--version"], folder);
    nodes[found.trim().slice(1)] = path;
  }
  return nodes;
}
