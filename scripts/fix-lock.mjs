// npm leaves the packages of other platforms out of package-lock.json when the registry it was written
// against does not have them; `npm ci` then refuses the lock on those platforms, and on this one too
// ("Missing: @turbo/darwin-64@ from lock file"). Run this after every npm install that changes the lock, with the folder
// of the lock when it is not the root.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {{ packages: Record<string, LockEntry> }} Lock */

/** Words of a package name that give away the platform it is for. */
const platforms = {
  os: {
    win32: /win32|windows/,
    darwin: /darwin/,
    freebsd: /freebsd/,
    openbsd: /openbsd/,
    netbsd: /netbsd/,
    android: /android/,
    openharmony: /openharmony/,
    linux: /linux/,
  },
  cpu: {
    arm64: /arm64|aarch64/,
    x64: /x64|x86_64|-64\b/,
    ia32: /ia32|i686/,
    riscv64: /riscv64/,
    ppc64: /ppc64/,
    s390x: /s390x/,
    loong64: /loong64/,
    arm: /arm(?!64)/,
  },
  libc: { musl: /musl/, glibc: /gnu/ },
};

/**
 * The entries the lock lacks, by their place in it. Only exact versions: platform packages are pinned.
 *
 * @param {Lock} lock
 * @returns {Record<string, LockEntry>}
 */
export function missingPlatformEntries({ packages }) {
  /** @type {Record<string, LockEntry>} */
  const missing = {};
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const isThere = lookupPlaces(place, name).some((candidate) => candidate in packages);
      if (isThere || !/^\d/.test(version)) continue;
      const { cpu, libc, os } = platformOf(name);
      // Keys in npm's order, so that its next write changes nothing.
      missing[`node_modules/${name}`] = {
        version,
        ...(cpu && { cpu: [cpu] }),
        ...(entry.dev && { dev: true }),
        ...(libc && { libc: [libc] }),
        optional: true,
        ...(os && { os: [os] }),
      };
    }
  }
  return missing;
}

/**
 * Where Node looks for a package from a place in the tree, nearest first.
 *
 * @param {string} place e.g. `node_modules/vite/node_modules/rollup`
 * @param {string} name
 * @returns {string[]}
 */
function lookupPlaces(place, name) {
  const here = place === "" ? `node_modules/${name}` : `${place}/node_modules/${name}`;
  const above = place.lastIndexOf("/node_modules/");
  if (above !== -1) return [here, ...lookupPlaces(place.slice(0, above), name)];
  return place === "" ? [here] : [here, `node_modules/${name}`];
}

/**
 * What a package of this name asks of the machine. The scope says nothing: `@oxlint/binding-linux-x64-gnu`.
 *
 * @param {string} name
 * @returns {{ os?: string, cpu?: string, libc?: string }}
 */
function platformOf(name) {
  const base = name.slice(name.indexOf("/") + 1);
  const os = firstMatch(platforms.os, base);
  return {
    os,
    cpu: firstMatch(platforms.cpu, base),
    libc: os === "linux" ? firstMatch(platforms.libc, base) : undefined,
  };
}

/**
 * @param {Record<string, RegExp>} patterns
 * @param {string} text
 */
function firstMatch(patterns, text) {
  return Object.keys(patterns).find((key) => patterns[key]?.test(text));
}

/** @param {string} folder of the lock, from the root of the repository */
function main(folder = "") {
  const file = fileURLToPath(new URL(join("..", folder, "package-lock.json"), import.meta.url));
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const missing = missingPlatformEntries(lock);
  const entries = Object.entries({ ...lock.packages, ...missing });
  entries.sort(([left], [right]) => left.localeCompare(right, "en"));
  lock.packages = Object.fromEntries(entries);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} entries added to ${join(folder, "package-lock.json")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2]);
