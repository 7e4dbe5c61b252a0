import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));

it("the examples of the guide print what their comments say", { timeout: 120_000 }, async () => {
  // Inside the repository, so that the blocks find the packages they import.
  await mkdir(join(root, "node_modules/.cache"), { recursive: true });
  const folder = await mkdtemp(join(root, "node_modules/.cache/llamaindex-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const guide = await readFile(join(root, "docs/adapters/llamaindex.md"), "utf8");
  const blocks = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);
  const printing = blocks.filter((block) => block.includes("console.log"));
  expect(printing.length).toBeGreaterThan(2);
  for (const block of printing) {
    const said = [...block.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
    const file = join(folder, "block.mts");
    await writeFile(file, block);
    const { stdout } = await run(process.execPath, ["--import", "tsx", file], { cwd: folder });
    expect(stdout.trim().split("\n")).toEqual(said);
  }
});
