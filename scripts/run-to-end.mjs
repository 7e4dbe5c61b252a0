import { spawn } from "node:child_process";

/**
 * Runs a program that writes where we write, and gives its exit code. When we are told to end, so is it: we stay to
 * say how far it came.
 *
 * @param {string} command
 * @param {string[]} options
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} where
 * @returns {Promise<number>}
 */
export function runToEnd(command, options, { cwd, env }) {
  const program = spawn(command, options, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM"]);
  const listeners = signals.map((signal) => ({ signal, pass: () => program.kill(signal) }));
  for (const { signal, pass } of listeners) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    program.on("error", reject);
    program.on("close", (code) => {
      for (const { signal, pass } of listeners) process.off(signal, pass);
      resolve(code ?? 1);
    });
  });
}
