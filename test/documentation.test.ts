import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServerProcess, type ServerProcess } from "./lib/server-process.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

/** The fenced blocks of a Markdown file, by language. */
async function blocksOf(file: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, file), "utf8");
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter((match) => match[1] === language)
    .map((match) => match[2]!);
}

/** Lines of `npx persisto` over the built program, with a store in this folder. */
function asCommands(block: string, dataDir: string): string {
  const program = join(root, "packages/cli/dist/main.js");
  return `export PERSISTO_DATA_DIR=${dataDir}\n${block.replaceAll("npx persisto", `node ${program}`)}`;
}

/** What the comments behind `console.log` say that it prints. */
function saidIn(block: string): string[] {
  return [...block.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]!);
}

/** What the compiler says of these files, with the settings of a strict Node project; empty when all is well. */
function compileErrors(files: string[]): string {
  const program = ts.createProgram(files, {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    types: ["node"],
    skipLibCheck: true,
    noEmit: true,
  });
  return ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (file) => file,
    getNewLine: () => "\n",
  });
}

describe("the documentation", () => {
  let folder: string;
  let server: ServerProcess;

  beforeAll(async () => {
    // Inside the repository, so that the blocks find the packages they import.
    await mkdir(join(root, "node_modules/.cache"), { recursive: true });
    folder = await mkdtemp(join(root, "node_modules/.cache/documentation-"));
    server = await startServerProcess({ cwd: folder, environment: { PERSISTO_DATA_DIR: join(folder, "server") } });
  });

  afterAll(async () => {
    await server?.end("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs TypeScript or shell text as a user would; gives what it printed. */
  async function runBlock(block: string, language: "ts" | "sh"): Promise<string> {
    const file = join(folder, language === "ts" ? "block.mts" : "block.sh");
    await writeFile(file, block.replaceAll("http://127.0.0.1:8000", server.baseUrl));
    const env = { PATH: process.env["PATH"], PERSISTO_API_KEY: server.apiKey };
    const options = { cwd: folder, env };
    const { stdout } =
      language === "ts"
        ? await run(process.execPath, ["--import", "tsx", file], options)
        : await run("bash", ["-e", file], options);
    return stdout;
  }

  it("every TypeScript block of the README and the guides compiles", { timeout: 120_000 }, async () => {
    const isGuide = (name: string) => /^(adapters.)?[^/\\]+\.md$/.test(name);
    const guides = (await readdir(join(root, "docs"), { recursive: true })).filter(isGuide);
    const blockFiles: string[] = [];
    const packages = (await readdir(join(root, "packages"))).map((name) => `packages/${name}/README.md`);
    const ofPackages = packages.filter((file) => existsSync(join(root, file)));
    for (const source of ["README.md", ...ofPackages, ...guides.map((name) => `docs/${name}`)]) {
      for (const [index, block] of (await blocksOf(source, "ts")).entries()) {
        const file = join(folder, `${source.replaceAll(/[/\\]/g, "-")}-block-${index + 1}.mts`);
        await writeFile(file, block);
        blockFiles.push(file);
      }
    }
    expect(blockFiles.length).toBeGreaterThan(0);
    expect(compileErrors(blockFiles)).toBe("");
  });

  it("README: the curl lines save a memory and find it", async () => {
    const curl = (await blocksOf("README.md", "bash")).find((block) => block.includes("curl"))!;
    const [saved, found] = (await runBlock(curl.replaceAll("curl ", "curl -sS -w '\\n' "), "sh")).trim().split("\n");
    expect(JSON.parse(saved!)).toMatchObject({ status: "saved", chunks: 1 });
    expect(JSON.parse(found!).results[0].content).toBe("The user prefers concise summaries.");
  });

  it("README: the library lines save a memory and find it", async () => {
    const [library] = await blocksOf("README.md", "ts");
    expect(await runBlock(library!, "ts")).toBe("The user prefers concise summaries.\n");
  });

  it("README: the client lines find what curl saved", async () => {
    const [, client] = await blocksOf("README.md", "ts");
    expect(await runBlock(client!, "ts")).toBe("The user prefers concise summaries.\n");
  });

  it("README: the lines of the command line save a memory and find it", { timeout: 120_000 }, async () => {
    const lines = (await blocksOf("README.md", "bash")).find((block) => block.includes("npx persisto"))!;
    const [, found] = (await runBlock(asCommands(lines, "readme"), "sh")).trim().split("\n");
    expect(found).toContain("The user prefers concise summaries.");
  });

  it(
    "Command line: the first lines save a memory, find it and list it; export and import copy it",
    { timeout: 120_000 },
    async () => {
      const blocks = await blocksOf("docs/cli.md", "bash");
      const runLines = (block: string) => runBlock(asCommands(block, "cli"), "sh");

      const [id, found, listed] = (await runLines(blocks[0]!)).trim().split("\n");
      expect(id).toBe("style");
      expect(found).toMatch(/\tstyle\tThe user prefers concise summaries\.$/);
      expect(listed).toContain("\tdefault\tstyle\t");

      const [count, copy] = (await runLines(blocks.find((block) => block.includes("export >"))!)).trim().split("\n");
      expect(count).toBe("1");
      expect(JSON.parse(copy!)).toMatchObject({ id: "style", metadata: { source: "profile" } });

      const remote = blocks[1]!.replaceAll("psto_live_...", server.apiKey).replace("query", "save --id remote");
      expect(await runLines(remote)).toBe("remote\n");
      expect(await runLines(blocks[1]!.replaceAll("psto_live_...", server.apiKey))).toContain("\tremote\t");
    },
  );

  it("Guide: the first example prints what its comments say", async () => {
    const [example] = await blocksOf("docs/guide.md", "ts");
    expect((await runBlock(example!, "ts")).trim().split("\n")).toEqual(saidIn(example!));
  });

  it.each(["access", "filters", "retrieval", "usage"])(
    "%s: every block that says what it prints does",
    { timeout: 120_000 },
    async (name) => {
      const blocks = (await blocksOf(`docs/${name}.md`, "ts")).filter((block) => saidIn(block).length > 0);
      expect(blocks.length).toBeGreaterThan(0);
      for (const block of blocks) {
        expect((await runBlock(block, "ts")).trim().split("\n")).toEqual(saidIn(block));
      }
    },
  );

  it.each(["langchain", "llamaindex"])(
    "Adapters: the blocks of %s print what their comments say",
    { timeout: 120_000 },
    async (name) => {
      const blocks = await blocksOf(`docs/adapters/${name}.md`, "ts");
      const printing = blocks.filter((block) => block.includes("console.log"));
      expect(printing.length).toBeGreaterThan(2);
      for (const block of printing) {
        expect((await runBlock(block, "ts")).trim().split("\n")).toEqual(saidIn(block));
      }
    },
  );

  it("TypeScript client: every block prints what its comments say", { timeout: 120_000 }, async () => {
    for (const block of await blocksOf("docs/sdk-typescript.md", "ts")) {
      const printed = (await runBlock(block, "ts")).trim().split("\n");
      expect(printed).toEqual(expect.arrayContaining(saidIn(block)));
    }
  });
});
