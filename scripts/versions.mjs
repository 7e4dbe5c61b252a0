// Gives the next release its version, everywhere that one is written: `npm run versions`. The changesets say which it is;
// without one it stays what it is, as for the first release. Commit what comes of it, then `npm run release`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pythonVersionFile, readManifests, root } from "./release/read-manifests.mjs";
import { mustRun } from "./check-packages/run.mjs";

const unreleased = /^## .*\bunreleased\b.*$/im;
const changelogFile = join(root, "CHANGELOG.md");
const changelog = readFileSync(changelogFile, "utf8");
if (!unreleased.test(changelog)) {
  console.error('CHANGELOG.md has no section "## Unreleased": write there what changed for users.');
  process.exit(1);
}

console.log(await mustRun(process.execPath, ["node_modules/@changesets/cli/bin.js", "version"], root));
const version = readManifests()[0]?.version ?? "";
writeFileSync(pythonVersionFile, `__version__ = "${version}"\n`);
writeFileSync(changelogFile, changelog.replace(unreleased, `## ${version} (${new Date().toISOString().slice(0, 10)})`));
await mustRun("npm", ["install", "--package-lock-only", "--ignore-scripts"], root);
console.log(await mustRun(process.execPath, ["scripts/fix-lock.mjs"], root));
console.log(`This is ${version}. Read the changes, and commit them.`);
