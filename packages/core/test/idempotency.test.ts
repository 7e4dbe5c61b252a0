import type { Embedder, Memory } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import type { NewRecord } from "../src/store/store.js";
import { backends, type TestDatabase } from "./backends.js";

/** Of texts that it counts. */
let embedded = 0;
let fails = false;
const embedder: Embedder = {
  id: "test/counting",
  dimensions: 4,
  async embed(texts) {
    if (fails) throw new Error("The provider is gone.");
    embedded += texts.length;
    return texts.map((text) => Float32Array.from([1, text.length % 7, 1, 1]));
  },
};

const record: NewRecord = {
  namespace: "late",
  language: "english",
  id: "a",
  content: "A text.",
  metadata: {},
  ttlSeconds: null,
  expiresAt: null,
  createdAt: null,
  updatedAt: null,
  passageBytes: 0,
  embeddedTokens: 0,
  passages: [{ content: null, vector: Float32Array.from([1, 0, 0, 0]), terms: { weights: [[1, 1]], length: 1 } }],
};

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`a write with a key on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let persisto: Persisto;
    let credential: string;
    let keys = 0;
    let replays = 0;

    const newKey = (): string => `key-${(keys += 1)}`;

    async function withKey(idempotencyKey: string, ofKey = credential): Promise<Memory> {
      const principal = await persisto.access.authenticate(ofKey);
      return persisto.access.of(principal, { idempotencyKey, onReplay: () => (replays += 1) }).memory;
    }

    beforeAll(async () => {
      database = await backend.create();
      persisto = await createPersisto({ ...database.options, embedder });
      credential = (await persisto.access.createKey({ projectId: "default", name: "test" })).key;
    }, 60_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    it("is done once, and answered the second time as the first", async () => {
      const key = newKey();
      const before = { embedded, replays };
      const save = async () => (await withKey(key)).save({ namespace: "once", content: "A text.", ttlSeconds: 60 });
      const first = await save();
      expect(await save()).toEqual(first);
      expect((await persisto.list({ namespace: "once" })).memories).toHaveLength(1);
      expect(embedded).toBe(before.embedded + 1);
      expect(replays).toBe(before.replays + 1);
    });

    it("is done once, of new ids and of taken ones, in a namespace that is new", async () => {
      for (const id of ["a", "b"]) {
        const key = newKey();
        const many = async () =>
          (await withKey(key)).saveMany(
            ["a", id].map((each) => ({ namespace: "many", id: each, content: `Of ${each}.` })),
          );
        const first = await many();
        expect(await many()).toEqual(first);
      }
      expect((await persisto.list({ namespace: "many" })).memories.map(({ id }) => id).toSorted()).toEqual(["a", "b"]);
    });

    it("is refused for another request", async () => {
      const key = newKey();
      await (await withKey(key)).save({ namespace: "other", content: "A text." });
      const again = await withKey(key);
      await expect(again.save({ namespace: "other", content: "Another." })).rejects.toMatchObject({
        code: "idempotency_mismatch",
      });
      await expect(again.deleteNamespace({ namespace: "other" })).rejects.toMatchObject({
        code: "idempotency_mismatch",
      });
    });

    it("is the same request with its members in another order", async () => {
      const key = newKey();
      const first = await (
        await withKey(key)
      ).save({ namespace: "order", content: "A text.", metadata: { a: 1, b: 2 } });
      expect(
        await (await withKey(key)).save({ metadata: { b: 2, a: 1 }, content: "A text.", namespace: "order" }),
      ).toEqual(first);
    });

    it("keeps keys of different credentials apart", async () => {
      const { key: other } = await persisto.access.createKey({ projectId: "default", name: "other" });
      const key = newKey();
      await (await withKey(key)).save({ namespace: "apart", content: "A text." });
      await (await withKey(key, other)).save({ namespace: "apart", content: "Another." });
      expect((await persisto.list({ namespace: "apart" })).memories).toHaveLength(2);
    });

    it("is done by one of a hundred at the same time; the others are told that it is under way, or answered the same", async () => {
      const key = newKey();
      const before = embedded;
      const memories = await Promise.all(Array.from({ length: 100 }, () => withKey(key)));
      const outcomes = await Promise.allSettled(
        memories.map((memory) => memory.save({ namespace: "race", content: "A text." })),
      );
      const ids = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.id] : []));
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(1);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "idempotency_in_progress" });
      }
      expect(embedded).toBe(before + 1);
      expect((await persisto.list({ namespace: "race" })).memories).toHaveLength(1);
    });

    it("can be tried again at once after it has failed", async () => {
      const key = newKey();
      fails = true;
      await expect((await withKey(key)).save({ namespace: "failed", content: "A text." })).rejects.toMatchObject({
        code: "embedder_failed",
      });
      fails = false;
      await (await withKey(key)).save({ namespace: "failed", content: "A text." });
      await expect((await withKey(newKey())).update({ id: "absent", content: "x" })).rejects.toMatchObject({
        code: "not_found",
      });
    });

    it("does nothing when it comes so late that another try has taken over", async () => {
      const own = await backend.create();
      const client = await own.probe();
      try {
        const { store } = await openPostgresStore(client, [embedder]);
        const scope = { projectId: "default" };
        const claim = { keyHash: "k", fingerprint: "f", attempt: "first", leaseSeconds: 120 };
        expect(await store.claimKey(scope, claim)).toEqual({ kind: "claimed" });
        expect(await store.claimKey(scope, { ...claim, attempt: "early" })).toMatchObject({ kind: "in progress" });
        await client.query("update persisto.idempotency_keys set lease_ends_at = now()");
        expect(await store.claimKey(scope, { ...claim, attempt: "second" })).toEqual({ kind: "claimed" });
        const save = (attempt: string) =>
          store.insert(scope, [record], { claim: { ...claim, attempt }, answerOf: () => attempt });
        await expect(save("first")).rejects.toMatchObject({ code: "idempotency_in_progress" });
        expect(await store.namespaces(scope)).toEqual([]);
        await save("second");
        await expect(save("second")).rejects.toMatchObject({ code: "idempotency_in_progress" });
        expect(await store.claimKey(scope, { ...claim, attempt: "third" })).toEqual({ kind: "done", answer: "second" });
      } finally {
        await client.close();
        await own.drop();
      }
    });

    it("is free at once when the process that was at it has died, if no other can be", async () => {
      const own = await backend.create();
      try {
        const probe = await own.probe();
        const claim = { keyHash: "k", fingerprint: "f", attempt: "of the dead", leaseSeconds: 120 };
        const scope = { projectId: "default" };
        const { store } = await openPostgresStore(probe, [embedder]);
        expect(await store.claimKey(scope, claim)).toEqual({ kind: "claimed" });
        await probe.close();

        await (await createPersisto({ ...own.options, embedder })).close();
        const after = await own.probe();
        const { store: reopened } = await openPostgresStore(after, [embedder]);
        const outcome = await reopened.claimKey(scope, { ...claim, attempt: "next" });
        await after.close();
        // Several servers may share a native one: another of them may be at it.
        expect(outcome.kind).toBe("dataDir" in own.options ? "claimed" : "in progress");
      } finally {
        await own.drop();
      }
    });

    it("can be tried again at once, too, when the database was gone as it failed", async () => {
      const own = await backend.create();
      const opened: Persisto[] = [];
      try {
        await (await createPersisto({ ...own.options, embedder })).close();
        const probe = await own.probe();
        // The first attempt to release a claim fails, as if the connection were lost.
        await probe.query("create sequence persisto.releases");
        await probe.query(`create function persisto.lose() returns trigger language plpgsql security definer as $$
          begin
            if nextval('persisto.releases') = 1 then raise exception 'gone' using errcode = '08006'; end if;
            return old;
          end $$`);
        await probe.query(
          "create trigger lose before delete on persisto.idempotency_keys for each row execute function persisto.lose()",
        );
        await probe.close();
        opened.push(await createPersisto({ ...own.options, embedder }));
        const { access } = opened[0]!;
        const { key } = await access.createKey({ projectId: "default", name: "test" });
        const principal = await access.authenticate(key);
        const { memory } = access.of(principal, { idempotencyKey: "one", onReplay: () => undefined });
        const save = () => memory.save({ namespace: "gone", content: "A text." });
        fails = true;
        await expect(save()).rejects.toMatchObject({ code: "embedder_failed" });
        fails = false;
        expect(await save()).toMatchObject({ chunks: 1 });
      } finally {
        fails = false;
        for (const persistoOfTest of opened) await persistoOfTest.close();
        await own.drop();
      }
    });

    it("covers updates and deletions", async () => {
      await persisto.save({ namespace: "verbs", id: "v1", content: "One." });
      await persisto.save({ namespace: "verbs", id: "v2", content: "Two." });
      const twice = async <Result>(call: (memory: Memory) => Promise<Result>): Promise<Result> => {
        const key = newKey();
        const first = await call(await withKey(key));
        const before = replays;
        expect(await call(await withKey(key))).toEqual(first);
        expect(replays).toBe(before + 1);
        return first;
      };
      expect(await twice((memory) => memory.update({ id: "v1", content: "Three." }))).toMatchObject({
        content: "Three.",
      });
      expect(await twice((memory) => memory.delete({ namespace: "verbs", ids: ["v1"] }))).toEqual({ count: 1 });
      expect(await twice((memory) => memory.deleteNamespace({ namespace: "verbs" }))).toEqual({ count: 1 });
    });

    it("leaves no content behind", async () => {
      const key = newKey();
      const memory = await withKey(key);
      await memory.save({ namespace: "secret names", id: "secret id", content: "A secret text." });
      await (await withKey(newKey())).update({ id: "secret id", content: "Another secret text." });
      await persisto.close();
      const probe = await database.probe();
      const rows = await probe.query<{ row: string }>("select k::text as row from persisto.idempotency_keys k");
      for (const { row } of rows) expect(row).not.toMatch(/secret text/);
      await probe.close();
      persisto = await createPersisto({ ...database.options, embedder });
    });
  });
}
