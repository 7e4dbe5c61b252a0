import { execFile } from "node:child_process";

/**
 * Runs a command to its end; gives its exit code and all that it wrote.
 *
 * @param {string} command
 * @param {string[]} parameters
 * @param {string} cwd
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, parameters, cwd, { env = process.env, timeoutMs = 600_000 } = {}) {
  const options = { cwd, env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, shell: process.platform === "win32" };
  return new Promise((resolve) => {
    const child = execFile(command, parameters, options, (error, stdout, stderr) => {
      const why = error && child.exitCode === null ? `${error.message}\n` : "";
      resolve({ code: error ? (child.exitCode ?? 1) : 0, output: why + stdout + stderr });
    });
  });
}

/**
 * As `run`, for what must work.
 *
 * @param {string} command
 * @param {string[]} parameters
 * @param {string} cwd
 * @returns {Promise<string>} what it wrote
 */
export async function mustRun(command, parameters, cwd) {
  const { code, output } = await run(command, parameters, cwd);
  if (code !== 0) throw new Error(`${command} ${parameters.join(" ")} failed:\n${output}`);
  return output;
}
