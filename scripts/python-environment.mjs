import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exclusive } from "./exclusive.mjs";

/** @typedef {{ python: string } | { missing: string }} PythonEnvironment */

/** What the tests cannot do without; all else they skip. */
const modules = ["httpx", "tenacity", "pytest"];

/**
 * A Python that the suite of `folder` can run on: that of its `.venv`, which is made and filled by pip once, or where that
 * is not possible one that has the packages, e.g. Debian's.
 *
 * @param {string} root of the checkout
 * @param {string} folder with a requirements-dev.txt
 * @returns {PythonEnvironment}
 */
export function preparePython(root, folder) {
  const python = ["python3", "python", "py"].find(isNewEnough);
  if (python === undefined) return { missing: "there is no Python >= 3.9 on the PATH" };
  return exclusive(join(root, ".setup-lock"), () => {
    const reason = fillEnvironment(python, folder);
    if (reason === undefined) return { python: pythonOf(folder) };
    if (succeeds(python, ["-c", `import ${modules.join(", ")}`])) return { python };
    const debian = modules.map((name) => `python3-${name}`).join(" ");
    return { missing: `${reason}; on Debian, \`apt-get install python3-venv ${debian}\` helps` };
  });
}

/** @param {string} python */
function isNewEnough(python) {
  return succeeds(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
}

/**
 * @param {string} python
 * @param {string} folder
 * @returns {string | undefined} why it could not be filled
 */
function fillEnvironment(python, folder) {
  const requirements = join(folder, "requirements-dev.txt");
  const directory = join(folder, ".venv");
  const stampFile = join(directory, ".stamp");
  const wanted = createHash("sha256")
    .update(readFileSync(requirements))
    .update(spawnSync(python, ["-c", "import sys; print(sys.version, sys.prefix)"]).stdout)
    .digest("hex");
  const isFilled = existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted;
  if (isFilled && succeeds(pythonOf(folder), ["-c", ""])) return undefined;

  console.error("Installing the packages of the Python tests (pip); this happens once.");
  rmSync(directory, { recursive: true, force: true });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--retries=2"];
  const reason =
    failureOf(python, ["-m", "venv", directory]) ?? failureOf(pythonOf(folder), [...pip, "-r", requirements]);
  if (reason === undefined) writeFileSync(stampFile, wanted);
  // A half-filled one would be taken for a whole one by people.
  else rmSync(directory, { recursive: true, force: true });
  return reason;
}

/** @param {string} folder */
function pythonOf(folder) {
  return process.platform === "win32"
    ? join(folder, ".venv", "Scripts", "python.exe")
    : join(folder, ".venv", "bin", "python");
}

/**
 * @param {string} command
 * @param {string[]} options
 * @returns {string | undefined} the last line of what it said, when it failed
 */
function failureOf(command, options) {
  const { status, error, stdout, stderr } = spawnSync(command, options, { encoding: "utf8" });
  if (status === 0) return undefined;
  const said = `${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n").at(-1);
  return `\`python ${options.slice(0, 3).join(" ")}\` failed (${error?.message ?? said})`;
}

/**
 * @param {string} command
 * @param {string[]} options
 */
function succeeds(command, options) {
  return spawnSync(command, options, { stdio: "ignore" }).status === 0;
}
