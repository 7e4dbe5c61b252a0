import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mustRun, run } from "./run.mjs";

const programsFolder = fileURLToPath(new URL("programs", import.meta.url));
const ours = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));

/** With all declarations checked: what ours import must be there. */
const strict = {
  strict: true,
  skipLibCheck: false,
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
};

/** One takes some seconds; an installation takes longer. */
const programTimeoutMs = 120_000;

const compilerOptions = {
  nodenext: { ...strict, module: "NodeNext", outDir: "out" },
  bundler: { ...strict, module: "Preserve", moduleResolution: "Bundler", noEmit: true },
};

/**
 * Makes a project with nothing but these dependencies and a compiler.
 *
 * @param {string} folder
 * @param {{ dependencies: Record<string, string>, programs: string[], withNodeTypes?: boolean }} contents
 * @returns {Promise<string[]>} what was installed, with its version
 */
export async function makeProject(folder, { dependencies, programs, withNodeTypes = false }) {
  await mkdir(folder, { recursive: true });
  const { typescript, "@types/node": nodeTypes } = ours.devDependencies;
  const devDependencies = { typescript, ...(withNodeTypes && { "@types/node": nodeTypes }) };
  const manifest = { private: true, type: "module", dependencies, devDependencies };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  for (const program of programs) await cp(join(programsFolder, program), join(folder, program));
  for (const [name, options] of Object.entries(compilerOptions)) {
    const config = { compilerOptions: { ...options, types: withNodeTypes ? ["node"] : [] }, files: programs };
    await writeFile(join(folder, `tsconfig.${name}.json`), JSON.stringify(config));
  }
  await mustRun("npm", ["install", "--no-audit", "--no-fund"], folder);
  return Promise.all(Object.keys(dependencies).map(async (name) => `${name} ${await versionOf(folder, name)}`));
}

/**
 * What the compiler says of the programs and of our declarations; those of others are theirs to mend.
 *
 * @param {string} folder
 * @param {keyof typeof compilerOptions} resolution
 * @returns {Promise<string[]>}
 */
export async function checkTypes(folder, resolution) {
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  const { code, output } = await run(process.execPath, [compiler, "-p", `tsconfig.${resolution}.json`], folder);
  const lines = output.split(/\n(?! )/).filter((line) => !/^node_modules\/(?!@persisto\/)/.test(line));
  const problems = lines.filter((line) => line.includes("error TS"));
  if (code !== 0 && !output.includes("error TS")) problems.push(output);
  return problems.map((problem) => `types (${resolution}): ${problem}`);
}

/**
 * Runs what the compiler made of the programs on each Node.
 *
 * @param {string} folder
 * @param {{ nodes: Record<string, string>, programs: string[] }} options
 * @returns {Promise<string[]>} what went wrong
 */
export async function runPrograms(folder, { nodes, programs }) {
  const problems = [];
  for (const [version, node] of Object.entries(nodes)) {
    for (const program of programs) {
      const file = join(folder, "out", program.replace(/ts$/, "js"));
      const { code, output } = await run(node, [file], folder, { timeoutMs: programTimeoutMs });
      if (code !== 0) problems.push(`${program} on Node ${version}: ${output}`);
    }
  }
  return problems;
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<string>}
 */
async function versionOf(folder, name) {
  const { version } = JSON.parse(await readFile(join(folder, "node_modules", name, "package.json"), "utf8"));
  return version;
}
