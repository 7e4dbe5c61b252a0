import { spawn } from "node:child_process";

/**
 * Starts a program that goes on until it is stopped.
 *
 * @param {string} command
 * @param {string[]} parameters
 * @param {{ cwd: string, env?: Record<string, string> }} where
 */
export function start(command, parameters, { cwd, env = {} }) {
  const child = spawn(command, parameters, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that what it starts ends with it.
    detached: true,
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  let hasEnded = false;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    const end = () => {
      hasEnded = true;
      resolve();
    };
    child.on("close", end);
    child.on("error", (error) => {
      output += error.message;
      end();
    });
  });

  /**
   * @template Result
   * @param {Promise<Result>} result
   * @returns {Promise<Result>} what came before the program ended, within two minutes
   */
  async function during(result) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${command} took too long.\n${output}`)), 120_000);
    });
    const early = ended.then(() => Promise.reject(new Error(`${command} ended.\n${output}`)));
    try {
      return /** @type {Result} */ (await Promise.race([result, late, early]));
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    output: () => output,
    during,
    /** @param {() => boolean | Promise<boolean>} isSo */
    until: (isSo) =>
      during(
        (async () => {
          while (!hasEnded && !(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
        })(),
      ),
    async stop() {
      if (!hasEnded && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      await ended;
    },
  };
}
