// Tries the packages as their users get them: packs them as npm would publish them, installs them into a clean project beside
// the oldest and the newest versions of what they adapt, checks the types of a small program there, as Node and as a bundler
// resolve them, and runs it on each Node. Needs a build and a network that reaches the npm registry, so it is no part of the tests.
//   npm run packages:try
//   npm run packages:try -- langchain ai-sdk
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installNodes } from "./check-packages/nodes.mjs";
import { measureInstalled } from "./check-packages/measure-installed.mjs";
import { packWithDependencies } from "./check-packages/pack.mjs";
import { checkTypes, makeProject, runPrograms } from "./check-packages/project.mjs";
import { subjects } from "./check-packages/subjects.mjs";
import { tryServe } from "./check-packages/try-serve.mjs";

/** @typedef {import("./check-packages/subjects.mjs").Subject} Subject */

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(subjects);
const unknown = names.filter((name) => !Object.hasOwn(subjects, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")} to try; there are ${Object.keys(subjects).join(", ")}.`);
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), "persisto-packages-"));
const nodes = await installNodes(join(folder, "nodes"));
console.log(`Nodes ${Object.keys(nodes).join(", ")}`);
let failures = 0;
for (const [name, subject] of Object.entries(subjects)) {
  for (const [which, peers] of names.includes(name) ? Object.entries(subject.peers) : []) {
    const { problems, installed } = await tryOut(`${name}-${which}`, subject, peers);
    console.log(`${problems.length === 0 ? "ok    " : "FAILED"}  ${name} ${which}${installed}`);
    for (const problem of problems) console.log(problem.replaceAll(/^/gm, "        "));
    failures += problems.length;
  }
}
if (failures === 0) await rm(folder, { recursive: true, force: true });
else console.log(`${failures} problems; the projects are in ${folder}`);
process.exitCode = failures === 0 ? 0 : 1;

/**
 * @param {string} name of the project
 * @param {Subject} subject
 * @param {Record<string, string>} peers
 * @returns {Promise<{ problems: string[], installed: string }>} what went wrong, and what was installed
 */
async function tryOut(name, subject, peers) {
  const { packages, programs } = subject;
  const project = join(folder, name);
  try {
    const tarballs = await packWithDependencies(packages, join(folder, "tarballs"));
    const versions = await makeProject(project, { ...subject, dependencies: { ...tarballs, ...peers } });
    console.log(`        ${versions.join(", ")}`);
    const installed = await measureInstalled(project);
    const problems = [
      // What others run when they are installed is theirs to say.
      ...(Object.keys(peers).length === 0 ? problemsOf(installed, subject) : []),
      ...(await checkTypes(project, "nodenext")),
      ...(await checkTypes(project, "bundler")),
      ...(await runPrograms(project, { nodes, programs })),
      ...(subject.isServed ? await tryServe(tarballs, { nodes, folder: join(folder, `${name}-served`) }) : []),
    ];
    return { problems, installed: `: ${installed.megabytes.toFixed(1)} MB in ${installed.packages} packages` };
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)], installed: "" };
  }
}

/**
 * @param {import("./check-packages/measure-installed.mjs").Installed} installed
 * @param {Subject} subject
 * @returns {string[]}
 */
function problemsOf({ megabytes, withScripts }, { maxMegabytes = Infinity }) {
  const problems = withScripts.map((place) => `${place} runs a script when it is installed`);
  if (megabytes >= maxMegabytes) problems.push(`takes ${megabytes.toFixed(1)} MB, more than ${maxMegabytes}`);
  return problems;
}
