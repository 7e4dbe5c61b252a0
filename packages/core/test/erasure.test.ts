import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Memory } from "@persisto/contract";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`what was deleted on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let persisto: Persisto;
    let keys = 0;

    const open = (): Promise<Persisto> => createPersisto(database.options);

    /** The memory of a project through a key of it, as a server has it, each write with an idempotency key. */
    async function memoryOf(projectId: string): Promise<Memory> {
      const { key } = await persisto.access.createKey({ projectId, name: "test" });
      const principal = await persisto.access.authenticate(key);
      const one = (): Memory => persisto.access.of(principal, { idempotencyKey: `${(keys += 1)}` }).memory;
      return new Proxy({} as Memory, {
        get: (_target, verb: string) =>
          // Or whoever awaits it would take it for a promise.
          verb === "then"
            ? undefined
            : (input: never) => (one()[verb as keyof Memory] as (input: never) => unknown)(input),
      });
    }

    /** Tables and how many of their rows hold the text in any column, after everything pending was written. */
    async function traces(text: string): Promise<Record<string, number>> {
      await persisto.close();
      const client = await database.probe();
      const tables = await client.query<{ name: string }>(
        "select relname as name from pg_class where relnamespace = 'persisto'::regnamespace and relkind = 'r'",
      );
      const found: Record<string, number> = {};
      for (const { name } of tables) {
        const rows = await client.query<{ row: string }>(`select t::text as row from persisto.${name} t`);
        const count = rows.filter(({ row }) => row.includes(text)).length;
        if (count > 0) found[name] = count;
      }
      await client.close();
      persisto = await open();
      return found;
    }

    beforeAll(async () => {
      database = await backend.create();
      persisto = await open();
    }, 60_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    /** A memory that quotes the canary wherever it can. */
    async function fill(memory: Memory, canary: string, namespace: string): Promise<void> {
      const content = Array.from({ length: 400 }, (_, index) => `Sentence ${index} quotes ${canary}.`).join(" ");
      await memory.save({ namespace, id: `long ${canary}`, content, metadata: { note: canary } });
      await memory.save({ namespace, id: `short ${canary}`, content: `It is ${canary}.` });
      await memory.update({ namespace, id: `short ${canary}`, content: `It is still ${canary}.` });
      await memory.query({ namespace, query: `What is ${canary}?`, filters: { note: canary } });
    }

    it("as a namespace leaves nothing anywhere, neither what was asked there nor its name", async () => {
      const canary = "xylographic-moth";
      const memory = await memoryOf("first");
      await fill(memory, canary, canary);
      expect(Object.keys(await traces(canary))).toEqual(
        expect.arrayContaining(["memories", "chunks", "queries", "namespaces"]),
      );
      const again = await memoryOf("first");
      // Asked so shortly before that it was not written down yet.
      await again.query({ namespace: canary, query: `What is ${canary}?` });
      await again.deleteNamespace({ namespace: canary });
      expect(await traces(canary)).toEqual({});
    });

    it("as a memory leaves nothing of its content", async () => {
      const canary = "quadratic-otter";
      const memory = await memoryOf("second");
      await memory.save({ namespace: "n", id: canary, content: `It is ${canary}.`, metadata: { note: canary } });
      await memory.update({ id: canary, content: `It is still ${canary}.` });
      await memory.delete({ namespace: "n", ids: [canary] });
      expect(await traces(canary)).toEqual({});
    });

    it("as a project leaves nothing but what the audit log and the ledger of usage say, which quote nothing", async () => {
      const canary = "vermilion-yak";
      await fill(await memoryOf("third"), canary, `of ${canary}`);
      const { key } = await persisto.access.createOperatorKey({ name: "test" });
      const operator = persisto.access.of(await persisto.access.authenticate(key)).administration;
      await operator.deleteProject({ project: "third" });
      expect(await traces(canary)).toEqual({});
      expect(Object.keys(await traces("third")).toSorted()).toEqual(["audit_log", "usage_events"]);
    });

    it("is not brought back by an entry of the history that comes late", async () => {
      const canary = "late-lemur";
      const memory = await memoryOf("fourth");
      await memory.save({ namespace: canary, content: "A text." });
      await Promise.all([
        ...Array.from({ length: 20 }, () => memory.query({ namespace: canary, query: canary }).catch(() => null)),
        memory.deleteNamespace({ namespace: canary }),
      ]);
      expect(await traces(canary)).toEqual({});
    });
  });
}
