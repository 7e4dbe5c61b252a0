import { setTimeout as pause } from "node:timers/promises";
import type { Administration, Embedder, Reranker, UsageReport } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";

let fails = false;

/** Ten tokens for every text, however long. */
const embedder: Embedder = {
  id: "test/ten-tokens",
  dimensions: 4,
  countTokens: () => 10,
  async embed(texts) {
    if (fails) throw new Error("The provider is gone.");
    return texts.map((text) => Float32Array.from([1, text.length % 7, text.length % 5, 1]));
  },
};

let rerankerFails = false;

const reranker: Reranker = {
  id: "test/reranker",
  async rerank(_query, documents) {
    if (rerankerFails) throw new Error("The provider is gone.");
    return documents.map((_, index) => index);
  },
};

const none = { saves: 0, queries: 0, embeddedTokens: 0, storedBytesChange: 0 };

/** What is stored of a memory without metadata, which counts as `{}`. */
const bytesOf = (content: string): number => Buffer.byteLength(content) + 2;

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`usage on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let persisto: Persisto;
    let operator: Administration;

    async function as(credential: string, idempotencyKey?: string) {
      const principal = await persisto.access.authenticate(credential);
      return persisto.access.of(principal, { idempotencyKey });
    }

    let projects = 0;
    async function newProject() {
      projects += 1;
      const id = `project-${projects}`;
      await operator.createProject({ organisation: "default", id });
      const { id: keyId, key } = await persisto.access.createKey({ projectId: id, name: "all" });
      const { memory, administration } = await as(key);
      const usage = async (): Promise<UsageReport> => administration.getUsage();
      /** All that was used, in one row. */
      const total = async () => {
        const [row = { period: "", ...none }] = (await administration.getUsage({ by: "month" })).usage;
        const { period: _, ...meters } = row;
        return meters;
      };
      return { id, key, keyId, memory, administration, usage, total };
    }

    beforeAll(async () => {
      database = await backend.create();
      persisto = await createPersisto({ ...database.options, embedder, reranker });
      ({ administration: operator } = await as((await persisto.access.createOperatorKey({ name: "test" })).key));
    }, 60_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    describe("the ledger", () => {
      it("has nothing of a project that was not used", async () => {
        const { id, usage } = await newProject();
        expect(await usage()).toMatchObject({ project: id, by: "day", usage: [], storedBytes: 0 });
      });

      it("counts every memory that is saved, and the bytes and tokens it takes", async () => {
        const { memory, total, usage } = await newProject();
        await memory.save({ namespace: "n", content: "tea" });
        expect(await total()).toEqual({ ...none, saves: 1, embeddedTokens: 10, storedBytesChange: bytesOf("tea") });
        await memory.saveMany([
          { namespace: "n", content: "coffee" },
          { namespace: "m", content: "naïve" },
        ]);
        const bytes = bytesOf("tea") + bytesOf("coffee") + bytesOf("naïve");
        expect(await total()).toEqual({ ...none, saves: 3, embeddedTokens: 30, storedBytesChange: bytes });
        expect((await usage()).storedBytes).toBe(bytes);
      });

      it("counts one statement that both makes and replaces memories once", async () => {
        const { memory, total } = await newProject();
        await memory.save({ namespace: "n", id: "a", content: "tea" });
        await memory.saveMany([
          { namespace: "n", id: "a", content: "green tea" },
          { namespace: "n", id: "b", content: "coffee" },
        ]);
        const storedBytesChange = bytesOf("green tea") + bytesOf("coffee");
        expect(await total()).toEqual({ ...none, saves: 3, embeddedTokens: 30, storedBytesChange });
      });

      it("counts what an update changes", async () => {
        const { memory, total } = await newProject();
        await memory.save({ namespace: "n", id: "a", content: "green tea" });
        await memory.update({ id: "a", content: "tea" });
        expect(await total()).toEqual({ ...none, saves: 2, embeddedTokens: 20, storedBytesChange: bytesOf("tea") });
        await memory.update({ id: "a", metadata: { of: "me" } });
        const storedBytesChange = bytesOf("tea") + '"of": "me"'.length;
        expect(await total()).toEqual({ ...none, saves: 3, embeddedTokens: 20, storedBytesChange });
      });

      it("gives back what is deleted, in whatever way", async () => {
        const { memory, total, usage } = await newProject();
        const contents = ["a", "bb", "ccc", "dddd", "eeeee"];
        await memory.saveMany(contents.map((content) => ({ namespace: "n", id: content, content })));
        await memory.save({ namespace: "m", content: "in another namespace" });
        await memory.delete({ namespace: "n", ids: ["a"] });
        await memory.delete({ namespace: "n", content: "bb" });
        expect((await usage()).storedBytes).toBe(3 + 4 + 5 + 6 + bytesOf("in another namespace"));
        await memory.deleteNamespace({ namespace: "n" });
        expect((await usage()).storedBytes).toBe(bytesOf("in another namespace"));
        await memory.deleteNamespace({ namespace: "m" });
        expect(await total()).toEqual({ ...none, saves: 6, embeddedTokens: 60 });
      });

      it("gives back what expires, on the account of the host", async () => {
        const { memory, administration, keyId, usage } = await newProject();
        await memory.save({ namespace: "n", content: "tea", ttlSeconds: 1 });
        await pause(1_100);
        await persisto.sweep();
        expect((await usage()).storedBytes).toBe(0);
        const { usage: rows } = await administration.getUsage({ perKey: true });
        expect(rows).toMatchObject(
          [
            { key: keyId, saves: 1, storedBytesChange: 5 },
            { key: "host", saves: 0, storedBytesChange: -5 },
          ].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
        );
      });

      it("costs no tokens where the vector is given", async () => {
        const { memory, total } = await newProject();
        await memory.save({ namespace: "n", content: "tea", embedding: [1, 0, 0, 0] });
        await memory.query({ namespace: "n", query: "tea", embedding: [1, 0, 0, 0] });
        expect(await total()).toEqual({ saves: 1, queries: 1, embeddedTokens: 0, storedBytesChange: 5 });
      });

      it("counts passages that users bring, and gives them back with a new content and with the memory", async () => {
        const { memory, total } = await newProject();
        const key = { namespace: "n", id: "a" };
        const passages = [{ content: "naïve" }, { content: "green", embedding: [1, 0, 0, 0] }];
        const whole = bytesOf("tea");
        await memory.save({ ...key, content: "tea", passages });
        expect(await total()).toMatchObject({ saves: 1, embeddedTokens: 10, storedBytesChange: whole + 6 + 5 });
        await memory.save({ ...key, content: "tea", passages: passages.slice(1) });
        expect(await total()).toMatchObject({ storedBytesChange: whole + 5 });
        await memory.update({ ...key, metadata: {} });
        expect(await total()).toMatchObject({ storedBytesChange: whole + 5 });
        await memory.update({ ...key, content: "tea" });
        expect(await total()).toMatchObject({ storedBytesChange: whole });
        await memory.save({ ...key, content: "tea", passages });
        await memory.delete(key);
        expect(await total()).toMatchObject({ storedBytesChange: 0 });
      });

      it("counts each query that is answered, and the tokens of those that were not asked before", async () => {
        const { memory, total } = await newProject();
        await memory.save({ namespace: "n", id: "a", content: "the kettle", metadata: { kind: "pot" } });
        const count = async (): Promise<number[]> => {
          const { queries, embeddedTokens } = await total();
          return [queries, embeddedTokens];
        };
        await memory.query({ namespace: "n", query: `kettle ${projects}` });
        expect(await count()).toEqual([1, 20]);
        await memory.query({ namespace: "n", query: `kettle ${projects}` });
        expect(await count()).toEqual([2, 20]);
        // Of stop words alone: nothing is searched for.
        await memory.query({ namespace: "n", query: "the of and", retrieval: "text" });
        expect(await count()).toEqual([3, 20]);
        await memory.query({ namespace: "n", query: "kettle", filters: { kind: "cup" }, retrieval: "text" });
        expect(await count()).toEqual([4, 20]);
        await memory.query({ namespace: "n", query: `kettle ${projects}`, rerank: true });
        expect(await count()).toEqual([5, 20]);
        await memory.query({ namespace: "n", query: `kettle ${projects}`, explain: true });
        expect(await count()).toEqual([6, 20]);
      });

      it("has nothing of what was refused or failed", async () => {
        const { memory, total } = await newProject();
        await memory.save({ namespace: "n", id: "a", content: "tea" });
        const before = await total();
        await expect(memory.query({ namespace: "unknown", query: "tea" })).rejects.toMatchObject({ code: "not_found" });
        await expect(memory.update({ id: "unknown", content: "tea" })).rejects.toMatchObject({ code: "not_found" });
        await expect(memory.save({ namespace: "n", content: "" })).rejects.toMatchObject({ code: "unprocessable" });
        fails = true;
        try {
          await expect(memory.save({ namespace: "n", content: "x" })).rejects.toMatchObject({
            code: "embedder_failed",
          });
          await expect(memory.query({ namespace: "n", query: "never asked" })).rejects.toMatchObject({
            code: "embedder_failed",
          });
        } finally {
          fails = false;
        }
        rerankerFails = true;
        try {
          await expect(memory.query({ namespace: "n", query: "tea", rerank: true })).rejects.toMatchObject({
            code: "reranker_failed",
          });
        } finally {
          rerankerFails = false;
        }
        expect(await total()).toEqual(before);
      });

      it("has a write once that comes again with its key", async () => {
        const { key, total } = await newProject();
        for (let attempt = 0; attempt < 3; attempt += 1) {
          const { memory } = await as(key, "the same");
          await memory.save({ namespace: "n", content: "tea" });
        }
        expect(await total()).toMatchObject({ saves: 1, embeddedTokens: 10, storedBytesChange: 5 });
      });

      it("tells keys apart, and what the host did itself", async () => {
        const { id, key, keyId, administration } = await newProject();
        const other = await administration.createKey({ project: id, name: "other" });
        await (await as(key)).memory.save({ namespace: "n", content: "tea" });
        const { token } = await administration.createToken({ namespaces: ["n"] });
        await (await as(token)).memory.query({ namespace: "n", query: "tea", embedding: [1, 0, 0, 0] });
        await (await as(other.key)).memory.save({ namespace: "n", content: "coffee" });
        await persisto.project(id).save({ namespace: "n", content: "milk" });
        const { usage } = await administration.getUsage({ perKey: true });
        const byKey = Object.fromEntries(usage.map(({ key: used, saves, queries }) => [used, [saves, queries]]));
        expect(byKey).toEqual({ [keyId]: [1, 1], [other.id]: [1, 0], host: [1, 0] });
        const { usage: ofOther } = await administration.getUsage({ key: other.id });
        expect(ofOther).toMatchObject([{ saves: 1, queries: 0, storedBytesChange: 8 }]);
      });

      it("agrees with what is stored after many changes at once", async () => {
        const { memory, usage } = await newProject();
        const change = async (step: number): Promise<void> => {
          const id = `memory-${step % 7}`;
          const content = "x".repeat(1 + (step % 11));
          if (step % 5 === 0) await memory.delete({ namespace: "n", ids: [id] });
          else if (step % 3 === 0) await memory.update({ namespace: "n", id, content }).catch(() => undefined);
          else await memory.save({ namespace: "n", id, content });
        };
        await memory.save({ namespace: "n", content: "first" });
        await Promise.all(Array.from({ length: 120 }, (_, step) => change(step)));
        const { memories } = await memory.list({ namespace: "n", limit: 100 });
        const stored = memories.reduce((sum, { content }) => sum + bytesOf(content), 0);
        expect((await usage()).storedBytes).toBe(stored);
      });

      it("outlives its project", async () => {
        const { id, memory } = await newProject();
        await memory.save({ namespace: "n", content: "tea" });
        await operator.deleteProject({ project: id });
        const { usage, storedBytes } = await operator.getUsage({ project: id });
        expect(usage).toMatchObject([{ saves: 1, storedBytesChange: 0 }]);
        expect(storedBytes).toBe(0);
        await expect(operator.getUsage({ project: "never-was" })).rejects.toMatchObject({ code: "not_found" });
      });

      it("is read by those who may, of their own project", async () => {
        const { id, administration } = await newProject();
        const other = await newProject();
        const small = await as((await administration.createKey({ project: id, name: "small" })).key);
        await expect(small.administration.getUsage()).rejects.toMatchObject({ code: "forbidden" });
        await expect(administration.getUsage({ project: other.id })).rejects.toMatchObject({ code: "not_found" });
        await expect(operator.getUsage()).rejects.toMatchObject({ details: { issues: [{ field: "project" }] } });
        await expect(administration.getUsage({ from: "2026-02-02", to: "2026-02-01" })).rejects.toMatchObject({
          details: { issues: [{ field: "from" }] },
        });
        await expect(administration.getUsage({ from: "2026-02-30" })).rejects.toMatchObject({
          details: { issues: [{ field: "from" }] },
        });
      });
    });

    describe("a quota", () => {
      const isUsedUp = (quota: string) => ({
        code: "quota_exceeded",
        status: 403,
        retryable: false,
        details: { quota },
      });

      it("lets exactly as many through as it says, however many come at once", async () => {
        const { id, memory, usage, total } = await newProject();
        await memory.save({ namespace: "n", content: "first" });
        await operator.setQuotas({ project: id, savesPerMonth: 11 });
        const racers = Array.from({ length: 30 }, (_, index) =>
          memory.save({ namespace: "n", content: `racer ${index}` }),
        );
        const results = await Promise.allSettled(racers);
        expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
        const refusals = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
        for (const refusal of refusals) expect(refusal).toMatchObject(isUsedUp("savesPerMonth"));
        expect(await total()).toMatchObject({ saves: 11, embeddedTokens: 110 });
        const { memories } = await memory.list({ namespace: "n", limit: 100 });
        expect(memories).toHaveLength(11);
        expect((await usage()).storedBytes).toBe(memories.reduce((sum, { content }) => sum + bytesOf(content), 0));
      });

      it("of stored bytes gives back what is deleted, and never stands in the way of less", async () => {
        const { id, memory, administration } = await newProject();
        await memory.save({ namespace: "n", id: "a", content: "x".repeat(98) });
        await operator.setQuotas({ project: id, storedBytes: 50 });
        expect((await administration.getQuotas({ project: id })).storedBytes).toEqual({ max: 50, used: 100 });
        await expect(memory.save({ namespace: "n", content: "y" })).rejects.toMatchObject(isUsedUp("storedBytes"));
        await memory.update({ id: "a", content: "x".repeat(58) });
        await expect(memory.save({ namespace: "n", content: "y" })).rejects.toThrow("60 of 50, and this needs 3");
        await memory.delete({ namespace: "n", ids: ["a"] });
        await memory.save({ namespace: "n", content: "z".repeat(48) });
        await expect(memory.save({ namespace: "n", content: "y" })).rejects.toMatchObject(isUsedUp("storedBytes"));
        expect((await administration.getQuotas({ project: id })).storedBytes).toEqual({ max: 50, used: 50 });
      });

      it("of queries and of tokens refuses queries, and stores nothing", async () => {
        const { id, memory, administration } = await newProject();
        await memory.save({ namespace: "n", content: "tea" });
        await operator.setQuotas({ project: id, queriesPerMonth: 2 });
        for (let index = 0; index < 2; index += 1) await memory.query({ namespace: "n", query: "tea" });
        await expect(memory.query({ namespace: "n", query: "tea" })).rejects.toMatchObject(isUsedUp("queriesPerMonth"));
        await operator.setQuotas({ project: id, embeddedTokensPerMonth: 15 });
        await expect(memory.save({ namespace: "n", content: "milk" })).rejects.toMatchObject(
          isUsedUp("embeddedTokensPerMonth"),
        );
        // Asked before, and so for nothing.
        await memory.query({ namespace: "n", query: "tea" });
        expect(await administration.getQuotas({ project: id })).toMatchObject({
          savesPerMonth: { max: null, used: 1 },
          queriesPerMonth: { max: null, used: 3 },
        });
      });

      it("begins with what is used while it is set", async () => {
        const { id, memory, total } = await newProject();
        let saved = 0;
        const writer = async (): Promise<void> => {
          for (let index = 0; index < 15; index += 1) {
            await memory.save({ namespace: "n", content: "tea" }).then(
              () => (saved += 1),
              (error: unknown) => expect(error).toMatchObject(isUsedUp("savesPerMonth")),
            );
          }
        };
        const writers = Array.from({ length: 4 }, writer);
        await operator.setQuotas({ project: id, savesPerMonth: 40 });
        await Promise.all(writers);
        expect(saved).toBe(40);
        expect(await total()).toMatchObject({ saves: 40 });
      });

      it("is taken away, changes nothing elsewhere, and ends with its project", async () => {
        const { id, memory, administration } = await newProject();
        const other = await newProject();
        await operator.setQuotas({ project: id, savesPerMonth: 0 });
        await expect(memory.save({ namespace: "n", content: "tea" })).rejects.toMatchObject(isUsedUp("savesPerMonth"));
        await other.memory.save({ namespace: "n", content: "tea" });
        await operator.setQuotas({ project: id });
        await memory.save({ namespace: "n", content: "tea" });
        expect((await administration.getQuotas({ project: id })).savesPerMonth).toEqual({ max: null, used: 1 });
        await operator.setQuotas({ project: id, savesPerMonth: 0 });
        await operator.deleteProject({ project: id });
        await operator.createProject({ organisation: "default", id });
        expect((await operator.getQuotas({ project: id })).savesPerMonth.max).toBeNull();
      });

      it("is set by operators alone, and written to the audit log", async () => {
        const { id, administration } = await newProject();
        await expect(administration.setQuotas({ project: id })).rejects.toMatchObject({ code: "forbidden" });
        await operator.setQuotas({ project: id, storedBytes: 5 });
        const { entries } = await administration.listAudit({ project: id, limit: 1 });
        expect(entries).toMatchObject([{ action: "project.quotas", details: { storedBytes: 5, savesPerMonth: null } }]);
        await expect(operator.setQuotas({ project: "never-was", storedBytes: 5 })).rejects.toMatchObject({
          code: "not_found",
        });
        await expect(operator.setQuotas({ project: id, storedBytes: -1 })).rejects.toMatchObject({
          code: "unprocessable",
        });
      });
    });
  });
}
