import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import type { ImportItem, ReadOptions } from "../src/transfer/import-item.js";
import { readCsv } from "../src/transfer/read-csv.js";
import { readLines } from "../src/transfer/read-lines.js";
import { readMarkdown } from "../src/transfer/read-markdown.js";
import { readMem0 } from "../src/transfer/read-mem0.js";

const options: ReadOptions = { namespace: "default", isForced: false, embedsAnew: false };

type Reader = (stream: Readable, options: ReadOptions) => AsyncGenerator<ImportItem>;

/** In chunks of a few bytes, as a slow pipe gives them: they end within letters and line ends. */
function streamOf(file: string | Buffer): Readable {
  const bytes = Buffer.from(file);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, index) =>
    bytes.subarray(index * 3, index * 3 + 3),
  );
  return Readable.from(chunks, { objectMode: false });
}

async function inputsOf(items: AsyncIterable<ImportItem>) {
  const inputs = [];
  for await (const item of items) inputs.push(item.input);
  return inputs;
}

async function contentsOf(read: Reader, file: string | Buffer): Promise<unknown[]> {
  return (await inputsOf(read(streamOf(file), options))).map((input) => input.content);
}

async function failureOf(read: Reader, file: string | Buffer): Promise<unknown> {
  return contentsOf(read, file).catch((error: unknown) => (error as Error).message);
}

/** A folder with these files. */
async function folderOf(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "persisto-odd-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const latin1 = Buffer.from("caf\xe9", "latin1");

test("lines may come from Windows, with a byte order mark, empty lines and any letters", async () => {
  const file = '\uFEFF{"content":"one"}\r\n\r\n  \r\n{"content":"é 日本 🙂\u2028\u0085"}\r\n"three"';
  expect(await contentsOf(readLines, file)).toEqual(["one", "é 日本 🙂\u2028\u0085", "three"]);
  expect(await contentsOf(readLines, "")).toEqual([]);
});

test("a line says how far into the file it ends", async () => {
  const offsets: unknown[] = [];
  for await (const item of readLines(streamOf('{"content":"é"}\r\n\n{"content":"b"}'), options)) {
    offsets.push(item.offset);
  }
  expect(offsets).toEqual([17, 34]);
});

test("a line that is not UTF-8 is named, and nothing of it is guessed", async () => {
  const file = Buffer.concat([Buffer.from('{"content":"fine"}\n{"content":"'), latin1, Buffer.from('"}\n')]);
  expect(await failureOf(readLines, file)).toBe("line 2: is not UTF-8; save the file in that encoding.");
  const utf16 = Buffer.from('\uFEFF{"content":"fine"}\n', "utf16le");
  expect(await failureOf(readLines, utf16)).toMatch(/^line 1: is not UTF-8/);
});

test("a line without an end is given up before it fills the memory", async () => {
  function* endless(): Generator<Buffer> {
    for (;;) yield Buffer.alloc(1 << 20, "x");
  }
  const read = inputsOf(readLines(Readable.from(endless(), { objectMode: false }), options));
  await expect(read).rejects.toThrow("line 1: is longer than 64 MB; is it another --format?");
});

test("a file that cannot be read to its end says why", async () => {
  const broken = (): Readable =>
    new Readable({
      read() {
        this.destroy(new Error("EIO: i/o error, read"));
      },
    });
  for (const read of [readLines, readCsv, readMem0] as const) {
    await expect(inputsOf(read(broken(), options))).rejects.toThrow("EIO");
  }
});

test("cells of CSV hold quotes, commas and line ends", async () => {
  const file = '\uFEFFid,content,metadata,tag\r\n1,"He said ""hi"",\r\nand left","{""a"":1}",x\r\n\r\n2,plain,,\r\n';
  expect(await inputsOf(readCsv(streamOf(file), options))).toEqual([
    { id: "1", namespace: "default", content: 'He said "hi",\r\nand left', metadata: { a: 1, tag: "x" } },
    { id: "2", namespace: "default", content: "plain", metadata: {} },
  ]);
});

test("what is wrong with CSV is named by its line", async () => {
  expect(await failureOf(readCsv, 'id,content\n1,"never closed\n2,x\n')).toMatch(/quote.* at line 3/i);
  expect(await failureOf(readCsv, "id,content\n1,a,b\n")).toMatch(/on line 2/);
  expect(await failureOf(readCsv, "id,content,id\n1,a,2\n")).toBe('line 1: two columns are named "id".');
  expect(await failureOf(readCsv, Buffer.concat([Buffer.from("content\nfine\n"), latin1]))).toMatch(
    /^line 3: is not UTF-8/,
  );
});

test("mem0 leaves much of a memory null", async () => {
  const nothing = { user_id: null, agent_id: null, metadata: null, categories: null, created_at: null, score: null };
  const file = JSON.stringify({ results: [{ id: "1", memory: "tea", expiration_date: null, ...nothing }] });
  expect(await inputsOf(readMem0(streamOf(`\uFEFF${file}`), options))).toEqual([
    { id: "1", namespace: "default", content: "tea", metadata: {} },
  ]);
});

test("a memory of mem0 that cannot be is named", async () => {
  expect(await failureOf(readMem0, '[{"memory":"a"},{"memory":null}]')).toMatch(/^memory 2: there is no text/);
  expect(await failureOf(readMem0, "[null]")).toMatch(/^memory 1: there is no text/);
  expect(await failureOf(readMem0, '[{"memory":"a","metadata":"b"}]')).toBe("memory 1: metadata must be an object.");
  expect(await failureOf(readMem0, Buffer.concat([Buffer.from('[{"memory":"'), latin1, Buffer.from('"}]')]))).toMatch(
    /^The file: is not UTF-8/,
  );
});

test("of a folder of Markdown hidden folders are left out, and a title is no comment of front matter or code", async () => {
  const folder = await folderOf({
    "front.md": "\uFEFF---\n# generated\ntags: [a]\n---\n\n# Front #\r\n\r\nText.\r\n",
    "code.md": "```sh\n# install\n```\n\n## After code\n",
    "plain.MARKDOWN": "No heading.",
    "blank.md": " \n",
    "other.txt": "no",
    ".obsidian/hidden.md": "no",
    ".hidden.md": "no",
    "below/notes.md/inside.md": "# A folder may be named so",
  });
  const inputs = await inputsOf(readMarkdown(folder, options));
  expect(inputs.map((input) => [input.id, input.metadata?.["title"]])).toEqual([
    ["below/notes.md/inside.md", "A folder may be named so"],
    ["code.md", "After code"],
    ["front.md", "Front"],
    ["plain.MARKDOWN", undefined],
  ]);
  expect(inputs[2]?.content).toMatch(/^---\n# generated/);
});

test("of a folder of Markdown links to files are followed, and links to folders are not, as they may lead in circles", async () => {
  const folder = await folderOf({ "real/note.md": "# Note" });
  await symlink("real/note.md", join(folder, "link.md"));
  await symlink("..", join(folder, "real", "loop"));
  const inputs = await inputsOf(readMarkdown(folder, options));
  expect(inputs.map((input) => input.id)).toEqual(["link.md", "real/note.md"]);
});

test("a file of Markdown that cannot be read is named", async () => {
  const bad = await folderOf({ "below/bad.md": latin1 });
  await expect(inputsOf(readMarkdown(bad, options))).rejects.toThrow("below/bad.md: is not UTF-8");
  const dangling = await folderOf({ "a.md": "# A" });
  await symlink("nowhere", join(dangling, "b.md"));
  await expect(inputsOf(readMarkdown(dangling, options))).rejects.toThrow("b.md: is a link to nothing");
});
