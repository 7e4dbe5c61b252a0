import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import { packTar, unpackTar, type TarSource } from "modern-tar/fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dumpStore } from "../src/backup/dump-store.js";
import { loadStore } from "../src/backup/load-store.js";
import { createPersisto, type Persisto } from "../src/create-persisto.js";

const contents = Array.from({ length: 30 }, (_, index) => `Note ${index}: the mill is ${["blue", "red"][index % 2]}.`);

let folder: string;
let dataDir: string;
let file: string;
let key: string;
let answers: string[];

async function using<T>(directory: string, use: (persisto: Persisto) => Promise<T>): Promise<T> {
  const persisto = await createPersisto({ dataDir: directory });
  try {
    return await use(persisto);
  } finally {
    await persisto.close();
  }
}

async function ask(persisto: Persisto): Promise<string[]> {
  const { results } = await persisto.query({ namespace: "notes", query: "Which mill is blue?", mode: "fuzzy", k: 10 });
  return results.map(({ id, score }) => `${id} ${score}`);
}

/** A directory that is not there yet. */
function fresh(name: string): string {
  return join(folder, `${name}-${Math.random().toString(36).slice(2)}`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "persisto-dump-"));
  dataDir = join(folder, "store");
  file = join(folder, "store.dump");
  await using(dataDir, async (persisto) => {
    await persisto.saveMany(contents.map((content, index) => ({ namespace: "notes", id: `n${index}`, content })));
    ({ key } = await persisto.access.createKey({ projectId: "acme", name: "test" }));
    answers = await ask(persisto);
  });
  expect((await dumpStore({ dataDir, to: file })).memories).toBe(contents.length);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a dump", { timeout: 60_000 }, () => {
  it("loads to a store with the same memories, answers and keys", async () => {
    const directory = fresh("loaded");
    expect(await loadStore({ dataDir: directory, from: file })).toEqual({ memories: contents.length });
    await using(directory, async (persisto) => {
      const { memories } = await persisto.list({ namespace: "notes", limit: 100 });
      expect(memories.map(({ content }) => content).toSorted()).toEqual(contents.toSorted());
      expect(await ask(persisto)).toEqual(answers);
      expect(await persisto.access.authenticate(key)).toMatchObject({ projectId: "acme" });
      await persisto.save({ namespace: "notes", content: "Life goes on." });
    });
    expect(await readdir(directory)).toEqual(["postgres"]);
  });

  it("is for the eyes of its user alone, and leaves nothing else behind", async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("of an open store holds all that was acknowledged before, and the store goes on", async () => {
    const [directory, to, copy] = [fresh("open"), fresh("dump"), fresh("copy")];
    const before = await using(directory, async (persisto) => {
      const saved: string[] = [];
      let isDumped = false;
      const write = async (writer: number): Promise<void> => {
        for (let turn = 0; !isDumped; turn++) {
          await persisto.save({
            namespace: "notes",
            id: `${writer}-${turn}`,
            content: "It was a long day. ".repeat(99),
          });
          saved.push(`${writer}-${turn}`);
        }
      };
      const writing = Promise.all([write(0), write(1)]);
      await expect.poll(() => saved.length).toBeGreaterThan(10);
      const acknowledged = [...saved];
      await persisto.dump({ to });
      await expect.poll(() => saved.length).toBeGreaterThan(acknowledged.length + 10);
      isDumped = true;
      await writing;
      return acknowledged;
    });
    await loadStore({ dataDir: copy, from: to });
    await using(copy, async (persisto) => {
      for (const id of before) expect(await persisto.get({ id }), id).not.toBeNull();
    });
  });
});

describe("dumping", { timeout: 60_000 }, () => {
  it("is refused while a process has the store, and says which", async () => {
    const to = fresh("dump");
    await using(dataDir, async () => {
      await expect(dumpStore({ dataDir, to })).rejects.toThrow(/A dump needs the store for itself.*already open/s);
    });
    await expect(stat(to)).rejects.toThrow("ENOENT");
  });

  it("replaces no file", async () => {
    const to = fresh("dump");
    await writeFile(to, "the last good one");
    await expect(dumpStore({ dataDir, to })).rejects.toMatchObject({ code: "conflict" });
    await using(dataDir, async (persisto) => {
      await expect(persisto.dump({ to })).rejects.toThrow("exists already; choose another name");
    });
    expect(await readFile(to, "utf8")).toBe("the last good one");
  });

  it("makes no store where there is none", async () => {
    const missing = fresh("missing");
    await expect(dumpStore({ dataDir: missing, to: fresh("dump") })).rejects.toThrow("There is no store in");
    await expect(stat(missing)).rejects.toThrow("ENOENT");
  });

  it("says what is wrong with where to write", async () => {
    const to = join(fresh("no-such-directory"), "dump");
    await expect(dumpStore({ dataDir, to })).rejects.toThrow(/\(ENOENT\); check that its directory exists/);
    const inside = join(dataDir, "postgres", "dump");
    await expect(dumpStore({ dataDir, to: inside })).rejects.toThrow("is inside the store itself");
    expect(await using(dataDir, ask)).toEqual(answers);
  });

  it("is refused of memories that are kept in no directory", async () => {
    const persisto = await createPersisto();
    await expect(persisto.dump({ to: fresh("dump") })).rejects.toThrow("dumped by pg_dump");
    await persisto.close();
  });
});

describe("loading", { timeout: 120_000 }, () => {
  let target: string;
  beforeEach(() => {
    target = fresh("target");
  });

  /** What a dump says of itself, changed. */
  async function forged(change: object): Promise<string> {
    const [parts, to] = [fresh("parts"), fresh("forged")];
    await pipeline(createReadStream(file), createGunzip(), unpackTar(parts));
    const about = JSON.parse(await readFile(join(parts, "persisto-dump.json"), "utf8")) as object;
    const sources: TarSource[] = [
      { type: "content", target: "persisto-dump.json", content: JSON.stringify({ ...about, ...change }) },
      { type: "directory", target: "postgres", source: join(parts, "postgres") },
    ];
    await pipeline(packTar(sources), createWriteStream(`${to}.tar`));
    await writeFile(to, gzipSync(await readFile(`${to}.tar`), { level: 1 }));
    return to;
  }

  async function tarOf(name: string): Promise<Buffer> {
    const tar = packTar([{ type: "content", target: "it", content: "not yours" }], {
      map: (header) => ({ ...header, name }),
    });
    return gzipSync(Buffer.from(await text(tar.setEncoding("latin1")), "latin1"));
  }

  async function refusal(from: string): Promise<string> {
    const error: unknown = await loadStore({ dataDir: target, from }).then(
      () => expect.fail("It was loaded."),
      (reason: unknown) => reason,
    );
    // Nothing stays behind that could be taken for a store.
    expect(await readdir(target).catch(() => [])).toEqual([]);
    return (error as Error).message;
  }

  it("replaces no store", async () => {
    await expect(loadStore({ dataDir, from: file })).rejects.toThrow(/already; name a new directory/);
    expect(await using(dataDir, ask)).toEqual(answers);
  });

  it("refuses a dump that is cut off or damaged, wherever, and takes the whole one after it", async () => {
    const whole = await readFile(file);
    const broken = fresh("broken");
    for (const part of [0.001, 0.5, 0.999]) {
      await writeFile(broken, whole.subarray(0, Math.floor(whole.length * part)));
      expect(await refusal(broken)).toContain("is cut off or damaged; copy it again");
    }
    const changed = Buffer.from(whole);
    changed[Math.floor(whole.length / 2)]! ^= 0b0001_0000;
    await writeFile(broken, changed);
    expect(await refusal(broken)).toContain("is cut off or damaged; copy it again");
    expect(await loadStore({ dataDir: target, from: file })).toEqual({ memories: contents.length });
  });

  it("refuses what is no dump", async () => {
    const foreign = fresh("foreign");
    for (const bytes of [
      Buffer.from("Dear diary"),
      gzipSync("Dear diary"),
      await tarOf("diary"),
      await tarOf("postgres/../../diary"),
      await tarOf("persisto-dump.json"),
    ]) {
      await writeFile(foreign, bytes);
      expect(await refusal(foreign)).toContain("is no dump of Persisto");
    }
    expect(await refusal(folder)).toContain("is no dump of Persisto");
    expect(await refusal(join(folder, "nowhere"))).toContain("(ENOENT)");
  });

  it("refuses a dump of a newer version, and one that is not what it says", async () => {
    expect(await refusal(await forged({ schemaVersion: 1_000 }))).toMatch(
      /schema version 1000.*load it with the version/,
    );
    expect(await refusal(await forged({ memories: 31 }))).toContain("(30 memories of 31)");
  });

  it("begins anew where a load was killed", async () => {
    await mkdir(join(target, "loading", "postgres"), { recursive: true });
    await writeFile(join(target, "loading", "postgres", "PG_VERSION"), "half");
    await loadStore({ dataDir: target, from: file });
    expect(await using(target, ask)).toEqual(answers);
  });
});
