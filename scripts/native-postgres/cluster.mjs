import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasCode, isAlive, sleep } from "../exclusive.mjs";
import { runAsUser } from "./home.mjs";
import { programDirectory } from "./install.mjs";

/** @typedef {import("./home.mjs").Home} Home */

const attempts = 5;

/**
 * Starts the named cluster on the loopback, with its own data directory, unless it runs.
 *
 * @param {Home} home
 * @param {{ name?: string, port?: number | undefined }} [options] without a port, a free one
 * @returns {string} its URL
 */
export function startCluster(home, { name = "default", port } = {}) {
  const running = runningUrl(home, name);
  if (running !== undefined) return running;

  const data = dataDirectory(home, name);
  if (!existsSync(data)) createCluster(home, data);
  let failure = "";
  // The port may be taken between finding and using it; a killed server needs a moment to let go of its memory.
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { status, stderr } = runProgram(home, "pg_ctl", [
      "start",
      "--wait",
      `--pgdata=${data}`,
      `--log=${join(data, "server.log")}`,
      `--options=${settings(port ?? freePort())}`,
    ]);
    const url = runningUrl(home, name);
    if (status === 0 && url !== undefined) return url;
    failure = stderr.trim();
    sleep(500 * attempt);
  }
  const log = readLines(join(data, "server.log")).slice(-10).join("\n");
  throw new Error(`PostgreSQL did not start; \`stop\` deletes its data for a fresh start. ${failure}\n${log}`);
}

/**
 * Stops the named cluster, if it runs, and deletes its data.
 *
 * @param {Home} home
 * @param {string} [name]
 */
export function stopCluster(home, name = "default") {
  haltCluster(home, name);
  const data = dataDirectory(home, name);
  for (const directory of [data, unfinishedDirectory(data)]) rmSync(directory, { recursive: true, force: true });
}

/**
 * Ends the named cluster, if it runs, and every connection to it. Its data stay.
 *
 * @param {Home} home
 * @param {string} name
 */
export function haltCluster(home, name) {
  if (runningUrl(home, name) === undefined) return;
  const options = ["stop", "--wait", "--mode=fast", `--pgdata=${dataDirectory(home, name)}`];
  const { status, stderr } = runProgram(home, "pg_ctl", options);
  if (status !== 0) throw new Error(`PostgreSQL did not stop: ${stderr.trim()}`);
}

/**
 * Kills the first process of the named cluster; the others end when they notice. Its data stay.
 *
 * @param {Home} home
 * @param {string} name
 */
export function crashCluster(home, name) {
  if (runningUrl(home, name) === undefined) return;
  const [pid] = readLines(join(dataDirectory(home, name), "postmaster.pid"));
  process.kill(Number(pid), "SIGKILL");
}

/**
 * The URL of the named cluster; undefined when it is not running.
 *
 * @param {Home} home
 * @param {string} [name]
 * @returns {string | undefined}
 */
export function runningUrl(home, name = "default") {
  const data = dataDirectory(home, name);
  const [pid = "", , , port] = readLines(join(data, "postmaster.pid"));
  // The file outlives a killed server, and its process id may by now be somebody else's.
  const isOurs = pid !== "" && isAlive(Number(pid)) && readLines(`/proc/${pid}/cmdline`).join().includes(data);
  return isOurs ? `postgres://postgres@127.0.0.1:${port}/postgres` : undefined;
}

/**
 * @param {Home} home
 * @param {string} name
 */
function dataDirectory(home, name) {
  return join(home.directory, `data-${name}`);
}

/** @param {string} data where a cluster is made; it moves to `data` when it is complete */
function unfinishedDirectory(data) {
  return `${data}.new`;
}

/**
 * @param {Home} home
 * @param {string} data
 */
function createCluster(home, data) {
  const unfinished = unfinishedDirectory(data);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (home.runAs !== null) chownSync(unfinished, home.runAs, home.runAs);
  const { status, stderr } = runProgram(home, "initdb", [
    `--pgdata=${unfinished}`,
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
  ]);
  if (status !== 0) throw new Error(`initdb failed: ${stderr.trim()}`);
  renameSync(unfinished, data);
}

/**
 * Durable as PostgreSQL is by default, so that what is measured on it means something.
 *
 * @param {number} port
 */
function settings(port) {
  const values = { port, listen_addresses: "127.0.0.1", unix_socket_directories: "''", max_connections: 200 };
  return Object.entries(values)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
}

/** A port nobody listens on. Asked of a child process, because these scripts are synchronous. */
function freePort() {
  const program = `
    const server = require("node:net").createServer();
    server.listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); });
  `;
  const { stdout } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
  return Number(stdout);
}

/**
 * @param {Home} home
 * @param {string} program
 * @param {string[]} options
 */
function runProgram(home, program, options) {
  return runAsUser(home, join(programDirectory(home), program), options);
}

/**
 * @param {string} file
 * @returns {string[]} none when there is no file, or it belongs to another user
 */
function readLines(file) {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "EACCES")) return [];
    throw error;
  }
}
