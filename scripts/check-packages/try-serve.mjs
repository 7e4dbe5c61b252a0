import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { run } from "./run.mjs";

const withinMs = 120_000;

/**
 * Runs `npx persisto serve` from tarballs in an empty folder, as its users do, on each Node: it must answer, end as a
 * terminal's Ctrl+C or a process manager ends it, leave no process behind, and have kept what was saved.
 *
 * @param {Record<string, string>} tarballs by the package's name
 * @param {{ nodes: Record<string, string>, folder: string }} where
 * @returns {Promise<string[]>} what went wrong
 */
export async function tryServe(tarballs, { nodes, folder }) {
  // A terminal ends the whole group of processes, which Windows does not have.
  if (process.platform === "win32") return [];
  const problems = [];
  for (const [version, node] of Object.entries(nodes)) {
    const cwd = join(folder, version);
    await mkdir(cwd, { recursive: true });
    const env = await environmentOf(node, { npm_config_cache: join(folder, "cache") });
    const npx = ["-y", ...Object.values(tarballs).flatMap((tarball) => ["-p", tarball]), "persisto"];
    try {
      await serveOnce({ npx, cwd, env });
      const { code, output } = await run("npx", [...npx, "query", "Where does Ada live?", "-n", "ada"], cwd, { env });
      if (code !== 0 || !output.includes("Ada lives in Lisbon.")) throw new Error(`afterwards a query said: ${output}`);
    } catch (error) {
      problems.push(`npx persisto serve on Node ${version}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

/**
 * @param {string} node that `npx` and what it runs find first
 * @param {Record<string, string>} settings
 * @returns {Promise<Record<string, string | undefined>>} ours, with what npm knows of registries and nothing that Persisto reads
 */
async function environmentOf(node, settings) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PERSISTO_|DATABASE_URL|OPENAI_|OTEL_)/.test(name));
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH}`;
  return { ...Object.fromEntries(kept), PATH, PORT: String(await freePort()), ...settings };
}

/** @param {{ npx: string[], cwd: string, env: Record<string, string | undefined> }} how */
async function serveOnce({ npx, cwd, env }) {
  // A group of its own, as a shell gives it to what it starts.
  const child = spawn("npx", [...npx, "serve"], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const closed = once(child, "close");
  try {
    const url = `http://127.0.0.1:${env.PORT}`;
    const printedKey = () => /API key +(\S+)/.exec(output)?.[1];
    await until(
      () => printedKey() !== undefined,
      () => `it printed no key:\n${output}`,
    );
    await useServer(url, printedKey() ?? "");
    process.kill(-Number(child.pid), "SIGTERM");
    await until(
      () => !groupLives(child.pid),
      () => `SIGTERM left a process behind:\n${output}`,
    );
    await closed;
  } finally {
    if (groupLives(child.pid)) process.kill(-Number(child.pid), "SIGKILL");
  }
}

/**
 * @param {string} url
 * @param {string} key
 */
async function useServer(url, key) {
  const headers = { authorization: `Bearer ${key}`, accept: "application/json, text/event-stream" };
  /** @type {(path: string, body: object) => Promise<string>} */
  const post = async (path, body) => {
    const init = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
    const response = await answer(`${url}${path}`, { ...init, body: JSON.stringify(body) });
    const text = await response?.text();
    if (!response?.ok) throw new Error(`${path} answered ${response?.status}: ${text}`);
    return text ?? "";
  };
  const health = await answer(`${url}/healthz`);
  if (health?.status !== 200) throw new Error(`/healthz answered ${health?.status}`);
  await post("/v1/memory/save", { namespace: "ada", content: "Ada lives in Lisbon." });
  const found = await post("/v1/memory/query", { namespace: "ada", query: "Where does Ada live?" });
  if (!found.includes("Ada lives in Lisbon.")) throw new Error(`it found ${found}`);
  const tools = await post("/mcp", { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
  if (!tools.includes("search_memories")) throw new Error(`/mcp answered ${tools}`);
}

/**
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response | undefined>} undefined when nobody answers
 */
async function answer(url, init) {
  return fetch(url, { ...init, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
}

/**
 * @param {() => boolean} isSo
 * @param {() => string} otherwise
 */
async function until(isSo, otherwise) {
  const deadline = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(otherwise());
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** @param {number | undefined} pid of the group's first process */
function groupLives(pid) {
  try {
    return process.kill(-Number(pid), 0);
  } catch {
    // ESRCH: no process of it is left.
    return false;
  }
}

/** @returns {Promise<number>} a port of the loopback that nobody listens on */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}
