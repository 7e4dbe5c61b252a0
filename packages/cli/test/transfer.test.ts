import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metadata } from "@persisto/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServerProcess, type ServerProcess } from "../../../test/lib/server-process.js";
import { runCli, type CliResult } from "./run-cli.js";

const timeout = 300_000;

let cwd: string;
let server: ServerProcess;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "persisto-cli-"));
  server = await startServerProcess({ environment: {} });
}, timeout);

afterAll(async () => {
  await server?.end("SIGTERM");
  await rm(cwd, { recursive: true, force: true });
}, timeout);

function atServer(args: string[], stdin?: string): Promise<CliResult> {
  const env = { PERSISTO_API_URL: server.baseUrl, PERSISTO_API_KEY: server.apiKey };
  return runCli(args, { cwd, env, ...(stdin !== undefined && { stdin }) });
}

interface Line {
  id: string;
  namespace: string;
  content: string;
  metadata: Metadata;
  created_at: string;
  expires_at: string | null;
}

async function exported(args: string[] = []): Promise<Line[]> {
  const { code, stdout, stderr } = await atServer(["export", ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return linesOf(stdout);
}

function linesOf(text: string): Line[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Line).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

test("a round trip loses nothing, and keeps the order", { timeout }, async () => {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const rows = Array.from({ length: 1_203 }, (_, index) => ({
    id: `row-${1_203 - index}`,
    namespace: `round:${index % 3}`,
    content: `Row ${index}: \u{1F642} "quoted"\nand a second line\t\u0007`,
    metadata: { index, nested: { list: [1, null, "x"], snake_case: true } },
    created_at: `2024-05-06T07:08:09.${String(index % 1_000).padStart(3, "0")}Z`,
    updated_at:
      index % 5 === 0 ? "2025-01-01T00:00:00.000Z" : `2024-05-06T07:08:09.${String(index % 1_000).padStart(3, "0")}Z`,
    expires_at: index % 2 === 0 ? null : expiresAt,
  }));
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  expect(await atServer(["import"], text)).toEqual({ code: 0, stdout: "1203\n", stderr: "" });

  const first = await atServer(["export", "--to", "all.ndjson"]);
  expect(first).toEqual({ code: 0, stdout: "", stderr: "Wrote 1203 memories to all.ndjson.\n" });
  expect((await atServer(["export", "--to", "all.ndjson"])).code).toBe(2);
  expect(await readFile(join(cwd, "all.ndjson"), "utf8")).toBe(text);

  const options = { cwd };
  const copied = await runCli(["import", "all.ndjson", "--data-dir", "copy"], options);
  expect(copied).toEqual({ code: 0, stdout: "1203\n", stderr: "" });
  expect((await runCli(["export", "--data-dir", "copy"], options)).stdout).toBe(text);
  for (const name of ["round:0", "round:1", "round:2"]) await atServer(["namespaces", "delete", name, "--yes"]);
});

test("with vectors a round trip keeps them and the passages, to the last digit", { timeout }, async () => {
  const long = Array.from({ length: 400 }, (_, index) => `Sentence ${index} is about the harbour.`).join(" ");
  const text = ["Short.", long].map((content, index) => `${JSON.stringify({ id: `v${index}`, content })}\n`).join("");
  expect((await atServer(["import", "-n", "vectors"], text)).stdout).toBe("2\n");
  const { stdout } = await atServer(["export", "-n", "vectors", "--vectors"]);
  const lines = linesOf(stdout) as (Line & { passages: { content: string; embedding: number[] }[] })[];
  expect(lines.map(({ passages }) => passages.length)).toEqual([1, expect.toSatisfy((count: number) => count > 5)]);
  expect(lines[1]!.passages[0]!.embedding.length).toBeGreaterThan(100);

  const copy = async (file: string, ...more: string[]): Promise<string> => {
    expect((await atServer(["import", "-n", "copied", ...more], file)).code).toBe(0);
    return (await atServer(["export", "-n", "copied", "--vectors"])).stdout;
  };
  expect(await copy(stdout)).toBe(stdout.replaceAll('"namespace":"vectors"', '"namespace":"copied"'));

  const [short] = stdout.split("\n");
  const own = short!.replace(/"passages":\[.*\]/, '"passages":[{"content":"Other."},{"content":"Words."}]');
  const passagesOf = (file: string) => (linesOf(file) as typeof lines)[0]!.passages.map(({ content }) => content);
  expect(passagesOf(await copy(own))).toEqual(["Other.", "Words."]);
  expect(passagesOf(await copy(own, "--embed-anew"))).toEqual(["Short."]);
  for (const name of ["vectors", "copied"]) await atServer(["namespaces", "delete", name, "--yes"]);
});

test("CSV, mem0's JSON and a folder of Markdown become memories", { timeout }, async () => {
  const csv = 'id,content,topic,metadata\n1,"Likes tea, ""green""",drinks,"{""n"": 1}"\n2,"two\nlines",,\n';
  await writeFile(join(cwd, "a.csv"), `\uFEFF${csv}`);
  expect((await atServer(["import", "a.csv", "-n", "csv"])).stdout).toBe("2\n");
  expect(await exported(["-n", "csv"])).toMatchObject([
    { id: "1", content: 'Likes tea, "green"', metadata: { topic: "drinks", n: 1 } },
    { id: "2", content: "two\nlines", metadata: {} },
  ]);

  const mem0 = {
    results: [
      {
        id: "m1",
        memory: "Travels to Paris",
        user_id: "alice",
        hash: "62bc",
        metadata: { source: "chat" },
        categories: ["travel"],
        created_at: "2023-02-25T23:57:00-07:00",
        updated_at: null,
      },
    ],
  };
  await writeFile(join(cwd, "mem0.json"), JSON.stringify(mem0));
  expect((await atServer(["import", "mem0.json", "--format", "mem0"])).stdout).toBe("1\n");
  const [memory] = await exported(["-n", "user:alice"]);
  expect(memory).toMatchObject({ id: "m1", content: "Travels to Paris", created_at: "2023-02-26T06:57:00.000Z" });
  expect(memory?.metadata).toEqual({
    source: "chat",
    categories: ["travel"],
    user_id: "alice",
  });

  await mkdir(join(cwd, "notes/deep"), { recursive: true });
  await writeFile(join(cwd, "notes/a.md"), "# Alpha\n\nText.\n");
  await writeFile(join(cwd, "notes/deep/b.md"), "No heading.\n");
  await writeFile(join(cwd, "notes/c.txt"), "Not this.\n");
  for (const _ of [1, 2]) expect((await atServer(["import", "notes", "-n", "md"])).stdout).toBe("2\n");
  expect(await exported(["-n", "md"])).toMatchObject([
    { id: "a.md", metadata: { path: "a.md", title: "Alpha" } },
    { id: "deep/b.md", metadata: { path: "deep/b.md" } },
  ]);
});

test("what cannot be imported is named by its line, and what came before is told", { timeout }, async () => {
  const wrong = await atServer(["import", "-n", "wrong"], '{"text": "good"}\n\n{"id": 7}\n');
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toBe(
    "persisto: line 3: there is no content and no text; every memory needs one. Nothing was saved.\n",
  );
  const noJson = await atServer(["import", "-n", "wrong"], "nonsense\n");
  expect(noJson.stderr).toBe("persisto: line 1: is no JSON; is it another --format? Nothing was saved.\n");
  const refused = await atServer(["import", "-n", "wrong"], '"a plain text"\n{"content": "x", "ttl_seconds": -1}\n');
  expect(refused.stderr).toMatch(/^persisto: line 2: ttl_?seconds: .*Nothing was saved\.\n$/i);
  const past = await atServer(["import", "-n", "wrong"], '{"text": "old", "expires_at": "2020-01-01T00:00:00Z"}\n');
  expect(past).toEqual({ code: 0, stdout: "0\n", stderr: "1 had expired and were left out.\n" });
});
