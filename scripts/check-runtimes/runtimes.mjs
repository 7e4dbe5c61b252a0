import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { mustRun } from "../check-packages/run.mjs";
import { start } from "./start.mjs";

/** @typedef {import("./program.mjs").Addresses} Addresses */
/** @typedef {Awaited<ReturnType<typeof import("./peer.mjs").startPeer>>} Peer */
/** @typedef {{ folder: string, addresses: Addresses, peer: Peer }} Place */
/** @typedef {{ version: string, outcomes: Record<string, string> }} Run */

const chromiums = ["chromium", "chromium-browser", "google-chrome"];

/** From the npm registry: their binaries are packages. */
export const runtimePackages = { deno: "^2", bun: "^1", workerd: "^1", "@edge-runtime/vm": "^5" };

/** @type {Record<string, (place: Place) => Promise<Run | { skipped: string }>>} */
export const runtimes = {
  Node: ({ folder, addresses }) => runScript(process.execPath, ["main.mjs"], { folder, addresses }),
  Deno: ({ folder, addresses }) =>
    runScript(join(folder, "node_modules/.bin/deno"), ["run", "--allow-net", "--allow-env", "main.mjs"], {
      folder,
      addresses,
    }),
  Bun: ({ folder, addresses }) => runScript(bunOf(folder), ["main.mjs"], { folder, addresses }),
  workerd: runInWorkerd,
  "Edge VM": runInEdgeVm,
  Chromium: runInChromium,
};

/** The files by which the runtimes start the program; `program.mjs` is beside them. */
export const files = {
  "main.mjs": `import * as client from "@persisto/client";
import { exercise } from "./program.mjs";
console.log(JSON.stringify(await exercise(client, JSON.parse(process.env.ADDRESSES))));
process.exit(0);
`,
  "worker.mjs": `import * as client from "@persisto/client";
import { exercise } from "program.mjs";
export default { fetch: async (request) => Response.json(await exercise(client, await request.json())) };
`,
  "page.mjs": `import * as client from "@persisto/client";
import { exercise } from "./program.mjs";
const addresses = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const outcomes = await exercise(client, addresses).catch((error) => ({ page: String(error) }));
await fetch("/report", { method: "POST", body: JSON.stringify({ outcomes, agent: navigator.userAgent }) });
`,
};

/**
 * @param {string} command
 * @param {string[]} parameters
 * @param {{ folder: string, addresses: Addresses }} place
 * @returns {Promise<Run>}
 */
async function runScript(command, parameters, { folder, addresses }) {
  const version = await mustRun(command, ["--version"], folder);
  const output = await mustRun("env", [`ADDRESSES=${JSON.stringify(addresses)}`, command, ...parameters], folder);
  return { version: firstVersionIn(version), outcomes: JSON.parse(output) };
}

/** @param {Place} place @returns {Promise<Run>} */
async function runInWorkerd({ folder, addresses }) {
  const port = await freePort();
  // Workers reach only public addresses unless they are told otherwise. A bare import is a module's name there.
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "program.mjs", esModule = embed "program.mjs"),
    (name = "@persisto/client", esModule = embed "node_modules/@persisto/client/dist/index.js"),
  ],
  compatibilityDate = "2026-01-01",
);
`;
  await writeFile(join(folder, "workerd.capnp"), config);
  const command = join(folder, "node_modules/.bin/workerd");
  const version = await mustRun(command, ["--version"], folder);
  const process = start(command, ["serve", "workerd.capnp"], { cwd: folder });
  try {
    const url = `http://127.0.0.1:${port}`;
    await process.until(() => answers(url));
    const response = await fetch(url, { method: "POST", body: JSON.stringify(addresses) });
    const body = await response.text();
    if (!response.ok) throw new Error(`${body}\n${process.output()}`);
    return { version: firstVersionIn(version), outcomes: JSON.parse(body) };
  } finally {
    await process.stop();
  }
}

/** Next.js's sandbox for middleware; its scripts are no modules. @param {Place} place @returns {Promise<Run>} */
async function runInEdgeVm({ folder, addresses }) {
  const require = createRequire(join(folder, "package.json"));
  const { EdgeVM } = require("@edge-runtime/vm");
  const { version } = require("@edge-runtime/vm/package.json");
  const client = await readFile(join(folder, "node_modules/@persisto/client/dist/index.cjs"), "utf8");
  const program = (await readFile(join(folder, "program.mjs"), "utf8")).replace(/^export /m, "");
  const vm = new EdgeVM();
  const outcomes = await vm.evaluate(`(async () => {
    const module = { exports: {} };
    ((module, exports) => { ${client}\n })(module, module.exports);
    ${program}
    return JSON.stringify(await exercise(module.exports, ${JSON.stringify(addresses)}));
  })()`);
  return { version, outcomes: JSON.parse(outcomes) };
}

/** In a page of another origin than the server's. @param {Place} place @returns {Promise<Run | { skipped: string }>} */
async function runInChromium({ folder, addresses, peer }) {
  const folders = (process.env["PATH"] ?? "").split(":");
  const command = folders.flatMap((path) => chromiums.map((name) => join(path, name))).find((path) => existsSync(path));
  if (command === undefined) return { skipped: `there is none of ${chromiums.join(", ")} on the PATH` };
  const report = peer.nextReport();
  const options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"];
  const profile = await mkdtemp(join(folder, "chromium-"));
  const page = `${peer.url}/#${encodeURIComponent(JSON.stringify(addresses))}`;
  const browser = start(command, [...options, `--user-data-dir=${profile}`, page], { cwd: folder });
  try {
    const { outcomes, agent } = /** @type {{ outcomes: Record<string, string>, agent: string }} */ (
      await browser.during(report)
    );
    return { version: firstVersionIn(agent.split("Chrome/")[1] ?? agent), outcomes };
  } finally {
    await browser.stop();
  }
}

/** Its npm package is a stand-in that its install script would replace. @param {string} folder */
function bunOf(folder) {
  const variants = [`bun-${process.platform}-${process.arch}`, `bun-${process.platform}-aarch64`];
  const paths = variants.map((name) => join(folder, "node_modules/@oven", name, "bin/bun"));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`There is no ${paths.join(" and no ")}.`);
  return found;
}

/** @param {string} text */
function firstVersionIn(text) {
  return /\d+([.-]\d+)+/.exec(text)?.[0] ?? text.trim();
}

/** @param {string} url */
async function answers(url) {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
