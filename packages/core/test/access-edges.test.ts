import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Administration } from "@persisto/contract";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`the edges of access on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let persisto: Persisto;
    let operator: Administration;

    async function as(credential: string, idempotencyKey?: string) {
      return persisto.access.of(await persisto.access.authenticate(credential), { idempotencyKey });
    }

    beforeAll(async () => {
      database = await backend.create();
      persisto = await createPersisto(database.options);
      const { key } = await persisto.access.createOperatorKey({ name: "test" });
      operator = (await as(key)).administration;
    }, 60_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    it("a deleted project is not made again by requests that were under way", async () => {
      await operator.createOrganisation({ id: "gone-org" });
      await operator.createProject({ organisation: "gone-org", id: "gone" });
      const { key } = await persisto.access.createKey({ projectId: "gone", name: "all" });
      const late = await as(key);
      const withKey = await as(key, "a-key");
      const principal = await persisto.access.authenticate(key);
      await operator.deleteProject({ project: "gone" });
      const save = { namespace: "n", content: "Nobody deletes this any more." };
      await expect(late.memory.save(save)).rejects.toMatchObject({ code: "forbidden" });
      await expect(withKey.memory.save(save)).rejects.toMatchObject({ code: "forbidden" });
      await expect(late.memory.configureNamespace({ namespace: "n", language: "german" })).rejects.toMatchObject({
        code: "forbidden",
      });
      const { administration } = persisto.access.of(principal);
      await expect(administration.createKey({ project: "gone", name: "back door" })).rejects.toMatchObject({
        code: "not_found",
      });
      expect((await operator.listProjects()).map(({ id }) => id)).not.toContain("gone");
    });

    it("a token's idempotency key is not that of another token of the same key", async () => {
      const { key } = await persisto.access.createKey({ projectId: "tokens", name: "all" });
      const { administration, memory } = await as(key);
      const tokenFor = async (namespaces: string[]): Promise<string> =>
        (await administration.createToken({ namespaces, scopes: ["memories:write"] })).token;
      const ann = await as(await tokenFor(["shared", "ann"]), "order-1");
      const bob = await as(await tokenFor(["shared", "bob"]), "order-1");
      await ann.memory.save({ namespace: "shared", content: "One coffee." });
      await bob.memory.save({ namespace: "shared", content: "One coffee." });
      expect((await memory.list({ namespace: "shared" })).memories).toHaveLength(2);
      // A token that was made anew, with the same rights, is the same sender.
      const annAgain = await as(await tokenFor(["shared", "ann"]), "order-1");
      await annAgain.memory.save({ namespace: "shared", content: "One coffee." });
      expect((await memory.list({ namespace: "shared" })).memories).toHaveLength(2);
    });

    it("who may write and not read, is not shown a memory by changing nothing of it", async () => {
      const { key } = await persisto.access.createKey({ projectId: "writers", name: "all" });
      const { administration, memory } = await as(key);
      await memory.save({ namespace: "n", id: "a", content: "A secret." });
      const made = await administration.createKey({ project: "writers", name: "w", scopes: ["memories:write"] });
      const writer = await as(made.key);
      await expect(writer.memory.update({ namespace: "n", id: "a", ttlSeconds: null })).rejects.toMatchObject({
        code: "forbidden",
      });
    });

    it("a key makes no key that outlives it", async () => {
      const id = "outlived";
      const { administration } = await as((await persisto.access.createKey({ projectId: id, name: "all" })).key);
      const maker = await administration.createKey({
        project: id,
        name: "for an hour",
        scopes: ["memories:read", "keys:admin"],
        ttlSeconds: 3_600,
      });
      const forAnHour = (await as(maker.key)).administration;
      const create = (ttlSeconds?: number | null) =>
        forAnHour.createKey({
          project: id,
          name: "x",
          scopes: ["memories:read"],
          ...(ttlSeconds !== undefined && { ttlSeconds }),
        });
      for (const ttlSeconds of [undefined, null, 7_200]) {
        expect(await create(ttlSeconds)).toMatchObject({ expiresAt: maker.expiresAt });
      }
      const { createdAt, expiresAt } = await create(60);
      expect(Date.parse(expiresAt!) - Date.parse(createdAt)).toBe(60_000);

      const forEver = await administration.createKey({
        project: id,
        name: "for ever",
        scopes: ["memories:read"],
        ttlSeconds: null,
      });
      expect(await forAnHour.rotateKey({ project: id, id: forEver.id })).toMatchObject({
        expiresAt: maker.expiresAt,
      });
      // Its own end, and not that of the grace.
      expect(await forAnHour.rotateKey({ project: id, id: maker.id, graceSeconds: 60 })).toMatchObject({
        expiresAt: maker.expiresAt,
      });
      const { expiresAt: inGrace } = await create();
      expect(Date.parse(inGrace!)).toBeLessThan(Date.parse(maker.expiresAt!));
    });

    it("a key makes no key once it has ended, also on a request that was under way", async () => {
      const id = "ended";
      const { administration } = await as((await persisto.access.createKey({ projectId: id, name: "all" })).key);
      const maker = await administration.createKey({ project: id, name: "revoked", scopes: ["keys:admin"] });
      const late = (await as(maker.key)).administration;
      await administration.revokeKey({ project: id, id: maker.id });
      const create = late.createKey({ project: id, name: "x", scopes: ["keys:admin"] });
      await expect(create).rejects.toMatchObject({ code: "forbidden" });
      await expect(late.rotateKey({ project: id, id: maker.id })).rejects.toMatchObject({ code: "conflict" });
      expect(await administration.listKeys({ project: id })).toHaveLength(2);
    });

    it("the audit log of a project is not shown to a later one of its name in another organisation", async () => {
      for (const organisation of ["before", "after"]) {
        await operator.createOrganisation({ id: organisation });
        await operator.createProject({ organisation, id: "same-name" });
        const { key } = await persisto.access.createKey({ projectId: "same-name", name: organisation });
        const { entries } = await (await as(key)).administration.listAudit({ project: "same-name" });
        expect(new Set(entries.map((entry) => entry.organisation))).toEqual(new Set([organisation]));
        await operator.deleteProject({ project: "same-name" });
      }
    });

    it("the organisation of projects that nobody made cannot be deleted", async () => {
      const projects = await operator.listProjects({ organisation: "default" });
      for (const { id } of projects) await operator.deleteProject({ project: id });
      await expect(operator.deleteOrganisation({ organisation: "default" })).rejects.toMatchObject({
        code: "conflict",
      });
      await persisto.project("new").save({ namespace: "n", content: "Still there." });
    });

    it("a cursor that was tampered with is refused", async () => {
      const cursor = Buffer.from(JSON.stringify(["audit", "a\u0000", "1"])).toString("base64url");
      await expect(operator.listAudit({ cursor })).rejects.toMatchObject({ code: "unprocessable" });
    });

    it("explain tells a filtered token nothing of the memories it does not see", async () => {
      const { key } = await persisto.access.createKey({ projectId: "explained", name: "all" });
      const { administration, memory } = await as(key);
      for (const user of ["ann", "bob", "bob"]) {
        await memory.save({ namespace: "n", content: `Notes about ${user}.`, metadata: { user } });
      }
      const { token } = await administration.createToken({ namespaces: ["n"], filters: { user: "ann" } });
      const ann = await as(token);
      await expect(ann.memory.query({ namespace: "n", query: "notes", explain: true })).rejects.toMatchObject({
        code: "forbidden",
      });
    });
  });
}
