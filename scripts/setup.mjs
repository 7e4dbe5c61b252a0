// Installs what package-lock.json says, unless that is what is installed already. No dependencies, and
// syntax that Node 18 understands: it runs before anything else and says so when Node is too old.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exclusive } from "./exclusive.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, "node_modules", ".setup-stamp");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Persisto needs Node >= 20.19; this is ${process.versions.node}. Get a newer one from https://nodejs.org.`,
  );
  process.exit(1);
}

const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .update(`${process.platform} ${process.arch}`)
  .digest("hex");

if (!isInstalled()) {
  process.exitCode = exclusive(join(root, ".setup-lock"), () => (isInstalled() ? 0 : install()));
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted;
}

/** @returns {number} npm's exit code */
function install() {
  console.error("Installing dependencies (npm ci); this happens once.");
  const options = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--prefer-offline"];
  const [command, ...prefix] = npm();
  const { status, error } = spawnSync(command, [...prefix, ...options], {
    cwd: root,
    env: cleanEnvironment(),
    // Standard output is kept for what the user asked for.
    stdio: ["ignore", 2, 2],
    shell: command === "npm" && process.platform === "win32",
  });
  if (error) {
    console.error(`Could not run npm: ${error.message}. Is npm on the PATH?`);
    return 1;
  }
  if (status === 0) {
    // The shell of Windows has no `exec`, which the npm scripts start with.
    if (process.platform === "win32") writeFileSync(join(root, "node_modules", ".bin", "exec.cmd"), "@%*\r\n");
    writeFileSync(stampFile, wanted);
  } else console.error("npm ci failed, see above. The first run needs a network that reaches the npm registry.");
  return status ?? 1;
}

/**
 * The npm that runs us, else the one on the PATH. Another package manager sets npm_execpath too.
 *
 * @returns {[string, ...string[]]}
 */
function npm() {
  const running = process.env.npm_execpath ?? "";
  return /npm-cli\.[cm]?js$/.test(running) ? [process.execPath, running] : ["npm"];
}

/** Production installs leave out the build tools, and a workspace selection leaves out the other packages. */
function cleanEnvironment() {
  const disturbing = /^(NODE_ENV|npm_config_(omit|only|include|production|workspaces?|local_prefix|ignore_scripts))$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !disturbing.test(name)));
}
