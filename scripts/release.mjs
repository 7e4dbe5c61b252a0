// Publishes every package whose version npm does not have: `npm run release`, in CI, after `npm run versions` was committed.
// `npm run release -- --check` says what is missing and publishes nothing.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { readManifests, readPythonVersion, root } from "./release/read-manifests.mjs";
import { releaseProblems, takenNames } from "./release/release-problems.mjs";

const manifests = readManifests().filter((manifest) => manifest.private !== true);
const changesets = readdirSync(join(root, ".changeset"));
const problems = [
  ...releaseProblems({
    manifests,
    pythonVersion: readPythonVersion(),
    changelog: readFileSync(join(root, "CHANGELOG.md"), "utf8"),
    changesets: changesets.filter((name) => name.endsWith(".md") && name !== "README.md"),
    environment: process.env,
  }),
  ...takenNames(manifests, publishedUrl),
];
for (const problem of problems) console.error(problem);
if (problems.length === 0 && !process.argv.includes("--check")) process.exitCode = publish();
else process.exitCode = problems.length === 0 ? 0 : 1;

/** @returns {number} the exit code */
function publish() {
  if (!build()) return 1;
  // One version is one tag, v0.2.0, which whoever releases sets; changesets would set one for each package.
  const changeset = join(root, "node_modules/@changesets/cli/bin.js");
  const { status } = spawnSync(process.execPath, [changeset, "publish", "--no-git-tag"], {
    cwd: root,
    stdio: "inherit",
  });
  return status ?? 1;
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
function publishedUrl(name) {
  const isWindows = process.platform === "win32";
  const { stdout } = spawnSync("npm", ["view", name, "--json"], { cwd: root, encoding: "utf8", shell: isWindows });
  const answer = JSON.parse(stdout);
  if (answer.error?.code === "E404") return undefined;
  if (answer.error) throw new Error(`npm cannot say whether ${name} is taken: ${answer.error.summary}`);
  return answer.repository?.url ?? "";
}
