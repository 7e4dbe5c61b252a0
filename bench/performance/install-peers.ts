import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../peers", import.meta.url));
const stampFile = join(folder, "node_modules", ".setup-stamp");

/**
 * Installs the peers, unless what their lock file says is there. No install scripts run but one: mem0 cannot be loaded
 * without better-sqlite3, which has to be built here. False when npm fails.
 */
export function installPeers(say: (what: string) => void): boolean {
  const wanted = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return true;
  say("installing the peers into bench/peers: about 1.4 GB, once");
  if (!npm("ci", "--ignore-scripts")) {
    say("npm ci in bench/peers failed, see above: the peers are skipped");
    return false;
  }
  say("building better-sqlite3 for mem0");
  // Headers of a Node that was installed with them; without, node-gyp downloads them.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include", "node", "node.h")) ? [`--nodedir=${prefix}`] : [];
  if (!npm("rebuild", "better-sqlite3", ...headers)) say("better-sqlite3 was not built: mem0 will be skipped");
  writeFileSync(stampFile, wanted);
  return true;
}

function npm(...args: string[]): boolean {
  const { status } = spawnSync("npm", [...args, "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", 2, 2] });
  return status === 0;
}
