import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Stands in for the gateway: a model that answers from what it is shown. */
const standIn = `
import { MockLanguageModelV4 } from "ai/test";
export function gateway() {
  return new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const memories = prompt.filter(({ role }) => role === "system").map(({ content }) => content).join();
      const text = memories.includes("Lisbon") ? "You live in Lisbon." : "Noted.";
      const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
      return { content: [{ type: "text", text }], finishReason: { unified: "stop" }, usage, warnings: [] };
    },
  });
}
`;

let folder: string;
let blocks: string[];

beforeAll(async () => {
  // Inside the repository, so that the blocks find the packages they import.
  await mkdir(join(root, "node_modules/.cache"), { recursive: true });
  folder = await mkdtemp(join(root, "node_modules/.cache/ai-sdk-"));
  await writeFile(join(folder, "stand-in.mts"), standIn);
  const guide = await readFile(join(root, "docs/adapters/ai-sdk.md"), "utf8");
  blocks = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a block as a user would, with the stand-in for the gateway; gives what it printed. */
async function runBlock(block: string): Promise<string> {
  const file = join(folder, "block.mts");
  const local = block.replace(/\bgateway, /, "").replaceAll("gateway(", "standIn.gateway(");
  await writeFile(file, `import * as standIn from "./stand-in.mjs";\n${local}`);
  const { stdout } = await run(process.execPath, ["--import", "tsx", file], { cwd: folder });
  return stdout;
}

it("the first example prints what its comment says", async () => {
  const said = /console\.log\(.*\); \/\/ (.*)/.exec(blocks[0]!)![1];
  expect(await runBlock(blocks[0]!)).toBe(`${said}\n`);
});

it("every other example runs", { timeout: 120_000 }, async () => {
  expect(blocks.length).toBeGreaterThan(5);
  for (const block of blocks.slice(1)) await runBlock(block);
});
