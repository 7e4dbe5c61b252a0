// Tries the built @persisto/client on the runtimes it is made for: packs it, installs it beside them into an empty folder, starts a
// Persisto server, and runs one program on each. Needs a build, a network that reaches the npm registry, and for the browser a
// Chromium on the PATH, so it is no part of the tests.
//   npm run runtimes:try
//   npm run runtimes:try -- Deno Bun
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packWithDependencies } from "./check-packages/pack.mjs";
import { mustRun } from "./check-packages/run.mjs";
import { startPeer } from "./check-runtimes/peer.mjs";
import { files, runtimePackages, runtimes } from "./check-runtimes/runtimes.mjs";
import { start } from "./check-runtimes/start.mjs";

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(runtimes);
const unknown = names.filter((name) => !Object.hasOwn(runtimes, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")} to try; there are ${Object.keys(runtimes).join(", ")}.`);
  process.exit(1);
}

const apiKey = "psto_runtimes_try";
const serverMain = fileURLToPath(new URL("../packages/server/dist/main.js", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "persisto-runtimes-"));
await install();
await mkdir(join(folder, "server"));
const server = start(process.execPath, [serverMain, "--port", "0"], {
  cwd: join(folder, "server"),
  env: { PERSISTO_API_KEY: apiKey, PERSISTO_LOG_LEVEL: "error", PERSISTO_CORS_ORIGINS: "*" },
});
try {
  await server.until(() => /URL +http/.test(server.output()));
  const url = /URL +(http\S+)/.exec(server.output())?.[1] ?? "";
  const peer = await startPeer({ folder });
  try {
    for (const name of names) await tryOn(name, { url, peer });
  } finally {
    peer.stop();
  }
} finally {
  await server.stop();
}
if (process.exitCode === undefined) await rm(folder, { recursive: true, force: true });
else console.log(`The folder is ${folder}`);

async function install() {
  const dependencies = { ...(await packWithDependencies(["client"], join(folder, "tarballs"))), ...runtimePackages };
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  await mustRun("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
  await copyFile(new URL("check-runtimes/program.mjs", import.meta.url), join(folder, "program.mjs"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

/**
 * @param {string} name
 * @param {{ url: string, peer: Awaited<ReturnType<typeof startPeer>> }} servers
 */
async function tryOn(name, { url, peer }) {
  peer.reset();
  const addresses = { server: url, peer: peer.url, apiKey, namespace: `on ${name}` };
  try {
    const run = await runtimes[name]?.({ folder, addresses, peer });
    if (run === undefined || "skipped" in run) return console.log(`${name}: skipped, ${run?.skipped}`);
    const outcomes = Object.entries(run.outcomes);
    const failed = outcomes.filter(([, outcome]) => outcome !== "ok");
    console.log(`${name} ${run.version}: ${outcomes.length - failed.length} of ${outcomes.length} checks ok`);
    for (const [check, outcome] of failed) console.log(`  ${check}: ${outcome}`);
    if (failed.length > 0) process.exitCode = 1;
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
