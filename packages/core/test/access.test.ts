import { setTimeout as pause } from "node:timers/promises";
import type { Administration, Memory, Principal } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`access on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let persisto: Persisto;
    let operator: Administration;

    /** What a credential may do. */
    async function as(credential: string): Promise<{ memory: Memory; administration: Administration; who: Principal }> {
      const who = await persisto.access.authenticate(credential);
      const access = persisto.access.of(who, { requestId: "request-1" });
      return {
        who,
        get memory() {
          return access.memory;
        },
        administration: access.administration,
      };
    }

    let projects = 0;
    /** A new project and a key with every right in it. */
    async function newProject(environment: "live" | "test" = "live") {
      projects += 1;
      const id = `project-${projects}`;
      await operator.createProject({ organisation: "default", id, environment });
      const { key } = await persisto.access.createKey({ projectId: id, name: "all" });
      return { id, key, ...(await as(key)) };
    }

    beforeAll(async () => {
      database = await backend.create();
      persisto = await createPersisto(database.options);
      const { key } = await persisto.access.createOperatorKey({ name: "test" });
      ({ administration: operator } = await as(key));
    }, 60_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    describe("an operator", () => {
      it("makes organisations and projects, and deletes them when they are empty", async () => {
        const made = await operator.createOrganisation({ id: "acme", name: "Acme" });
        expect(made).toMatchObject({ id: "acme", name: "Acme" });
        await expect(operator.createOrganisation({ id: "acme" })).rejects.toMatchObject({ code: "conflict" });
        const project = await operator.createProject({ organisation: "acme", id: "bots", environment: "test" });
        expect(project).toMatchObject({ id: "bots", organisation: "acme", name: "bots", environment: "test" });
        await expect(operator.createProject({ organisation: "acme", id: "bots" })).rejects.toMatchObject({
          code: "conflict",
        });
        await expect(operator.createProject({ organisation: "nobody", id: "x" })).rejects.toMatchObject({
          code: "not_found",
        });
        expect(await operator.updateProject({ project: "bots", name: "Bots" })).toMatchObject({ name: "Bots" });
        expect(await operator.listProjects({ organisation: "acme" })).toMatchObject([{ id: "bots" }]);
        await expect(operator.deleteOrganisation({ organisation: "acme" })).rejects.toThrow("delete them first");
        await operator.deleteProject({ project: "bots" });
        await operator.deleteOrganisation({ organisation: "acme" });
        expect((await operator.listOrganisations()).map(({ id }) => id)).not.toContain("acme");
      });

      it("opens no project's memories", async () => {
        const { key } = await persisto.access.createOperatorKey({ name: "other" });
        const access = await as(key);
        expect(() => access.memory).toThrow("opens no project");
      });

      it("deletes a project with its memories and its keys", async () => {
        const { id, key, memory } = await newProject();
        await memory.save({ namespace: "n", content: "Something to forget." });
        await operator.deleteProject({ project: id });
        await expect(persisto.access.authenticate(key)).rejects.toMatchObject({ code: "forbidden" });
        expect(await persisto.project(id).listNamespaces()).toEqual([]);
      });
    });

    describe("a key", () => {
      it("shows the environment of its project", async () => {
        const { administration, id } = await newProject("test");
        const { key } = await administration.createKey({ project: id, name: "app" });
        expect(key).toMatch(/^psto_test_/);
      });

      it("does what its scopes say, and nothing else", async () => {
        const { administration, id, memory } = await newProject();
        await memory.save({ namespace: "n", content: "The sky is blue." });
        const { key } = await administration.createKey({ project: id, name: "reader", scopes: ["memories:read"] });
        const reader = await as(key);
        expect((await reader.memory.query({ namespace: "n", query: "sky" })).results).toHaveLength(1);
        const refused = [
          () => reader.memory.save({ namespace: "n", content: "x" }),
          () => reader.memory.saveMany([{ namespace: "n", content: "x" }]),
          () => reader.memory.update({ id: "x", content: "x" }),
          () => reader.memory.delete({ namespace: "n", ids: ["x"] }),
          () => reader.memory.deleteNamespace({ namespace: "n" }),
          () => reader.memory.configureNamespace({ namespace: "n", language: "german" }),
          () => reader.memory.listQueries(),
          () => reader.administration.createKey({ project: id, name: "more" }),
          () => reader.administration.listKeys({ project: id }),
          () => reader.administration.getProject({ project: id }),
          () => reader.administration.listAudit({ project: id }),
          () => reader.administration.listProjects(),
          () => reader.administration.createToken({ scopes: ["memories:write"], namespaces: ["n"] }),
        ];
        for (const call of refused) await expect(call(), String(call)).rejects.toMatchObject({ code: "forbidden" });
      });

      it("uses its namespaces, and does not see others", async () => {
        const { administration, id, memory } = await newProject();
        await memory.save({ namespace: "user:1", id: "a", content: "The sky is blue." });
        await memory.save({ namespace: "team", id: "b", content: "The sky is grey." });
        const { key } = await administration.createKey({ project: id, name: "users", namespaces: ["user:*"] });
        const users = await as(key);
        await users.memory.save({ namespace: "user:2", content: "The sea is green." });
        expect((await users.memory.listNamespaces()).map(({ namespace }) => namespace)).toEqual(["user:1", "user:2"]);
        await expect(users.memory.query({ namespace: "team", query: "sky" })).rejects.toMatchObject({
          code: "forbidden",
        });
        await expect(users.memory.get({ id: "b", namespace: "team" })).rejects.toMatchObject({ code: "forbidden" });
        await expect(users.memory.get({ id: "b" })).rejects.toThrow("namespace: is required");
        await expect(users.memory.list()).rejects.toThrow("namespace: is required");
        await expect(users.memory.listQueries()).rejects.toThrow("namespace: is required");
      });

      it("gives no rights that it does not have", async () => {
        const { administration, id } = await newProject();
        const { key } = await administration.createKey({
          project: id,
          name: "small",
          scopes: ["memories:read", "keys:admin"],
          namespaces: ["user:*"],
        });
        const small = await as(key);
        const { id: large } = await administration.createKey({ project: id, name: "large" });
        const create = small.administration.createKey;
        await expect(create({ project: id, name: "x", scopes: ["memories:write"] })).rejects.toThrow("do not have");
        await expect(create({ project: id, name: "x", scopes: ["memories:read"], namespaces: ["*"] })).rejects.toThrow(
          "may not use",
        );
        await expect(small.administration.rotateKey({ project: id, id: large })).rejects.toThrow("do not have");
        expect(await create({ project: id, name: "x", scopes: ["memories:read"] })).toMatchObject({
          namespaces: ["user:*"],
        });
      });

      it("finds nothing of another project, not even that it is there", async () => {
        const { id } = await newProject();
        const { administration } = await newProject();
        const refusal = (project: string): Promise<string> =>
          administration.listKeys({ project }).then(
            () => "none",
            (error: unknown) => String(error).replace(project, "?"),
          );
        expect(await refusal(id)).toBe(await refusal("no-such-project"));
        await expect(administration.createKey({ project: id, name: "x" })).rejects.toMatchObject({ code: "not_found" });
      });

      it("ends when it is revoked, at once", async () => {
        const { administration, id } = await newProject();
        const made = await administration.createKey({ project: id, name: "app" });
        await persisto.access.authenticate(made.key);
        expect(await administration.revokeKey({ project: id, id: made.id })).toMatchObject({ id: made.id });
        await expect(persisto.access.authenticate(made.key)).rejects.toThrow("been revoked");
        await expect(administration.rotateKey({ project: id, id: made.id })).rejects.toMatchObject({
          code: "conflict",
        });
      });

      it("ends when its time is over", async () => {
        const { administration, id } = await newProject();
        const { key, expiresAt } = await administration.createKey({ project: id, name: "short", ttlSeconds: 1 });
        expect(expiresAt).not.toBeNull();
        await persisto.access.authenticate(key);
        await pause(2_100);
        await expect(persisto.access.authenticate(key)).rejects.toThrow("expired");
      });

      it("is rotated: both work until the grace is over", async () => {
        const { administration, id } = await newProject();
        const first = await administration.createKey({ project: id, name: "app", namespaces: ["a"], ttlSeconds: null });
        const second = await administration.rotateKey({ project: id, id: first.id, graceSeconds: 2 });
        expect(second).toMatchObject({ name: "app", namespaces: ["a"], rotatedFrom: first.id, expiresAt: null });
        await persisto.access.authenticate(first.key);
        await persisto.access.authenticate(second.key);
        await pause(3_100);
        await expect(persisto.access.authenticate(first.key)).rejects.toThrow("expired");
        await persisto.access.authenticate(second.key);
      });
    });

    describe("a token", () => {
      async function withToken() {
        const project = await newProject();
        const { memory } = project;
        await memory.save({ namespace: "shared", id: "mine", content: "The sky is blue.", metadata: { user: "u1" } });
        await memory.save({ namespace: "shared", id: "other", content: "The sky is grey.", metadata: { user: "u2" } });
        const { token } = await project.administration.createToken({
          scopes: ["memories:read", "memories:write", "memories:delete"],
          namespaces: ["shared"],
          filters: { user: "u1" },
        });
        return { project, token, user: await as(token) };
      }

      it("sees what its filters keep", async () => {
        const { user } = await withToken();
        const ids = (items: { id: string }[]): string[] => items.map(({ id }) => id);
        expect(ids((await user.memory.query({ namespace: "shared", query: "sky", mode: "fuzzy" })).results)).toEqual([
          "mine",
        ]);
        expect(ids((await user.memory.list()).memories)).toEqual(["mine"]);
        expect(await user.memory.get({ id: "other" })).toBeNull();
        expect(await user.memory.get({ id: "mine" })).toMatchObject({ id: "mine" });
        expect(await user.memory.listNamespaces()).toEqual([{ namespace: "shared", count: 1 }]);
      });

      it("changes what its filters keep, and cannot bring in or take out anything else", async () => {
        const { user, project } = await withToken();
        const { memory } = user;
        await expect(memory.update({ id: "other", content: "x" })).rejects.toMatchObject({ code: "not_found" });
        await expect(memory.update({ id: "mine", metadata: { user: "u2" } })).rejects.toMatchObject({
          code: "forbidden",
        });
        await expect(memory.save({ namespace: "shared", content: "x" })).rejects.toMatchObject({ code: "forbidden" });
        await expect(
          memory.save({ namespace: "shared", id: "other", content: "x", metadata: { user: "u1" } }),
        ).rejects.toMatchObject({ code: "forbidden" });
        await expect(memory.delete({ namespace: "shared", filters: {} })).rejects.toMatchObject({
          code: "unprocessable",
        });
        await expect(memory.delete({ namespace: "shared" })).rejects.toMatchObject({ code: "unprocessable" });
        await expect(memory.deleteNamespace({ namespace: "shared" })).rejects.toMatchObject({ code: "forbidden" });
        expect(await memory.delete({ namespace: "shared", ids: ["other"] })).toEqual({ count: 0 });
        expect(await memory.delete({ namespace: "shared", filters: { user: { exists: true } } })).toEqual({ count: 1 });
        expect((await project.memory.list({ namespace: "shared" })).memories.map(({ id }) => id)).toEqual(["other"]);
      });

      it("administers nothing, and makes no tokens", async () => {
        const { user, project } = await withToken();
        await expect(user.administration.listKeys({ project: project.id })).rejects.toMatchObject({
          code: "forbidden",
        });
        await expect(user.administration.createToken({ namespaces: ["shared"] })).rejects.toMatchObject({
          code: "forbidden",
        });
        await expect(user.memory.listQueries()).rejects.toMatchObject({ code: "forbidden" });
      });

      it("ends with the key that made it", async () => {
        const { project, token } = await withToken();
        await project.administration.revokeKey({ project: project.id, id: project.who.actor.id });
        await expect(as(token)).rejects.toThrow("been revoked");
      });

      it("ends when its time is over, and is none when a letter is changed", async () => {
        const { project } = await withToken();
        const { token } = await project.administration.createToken({ namespaces: ["shared"], ttlSeconds: 1 });
        const changed = token.replace(/.(?=\.)/, (letter) => (letter === "A" ? "B" : "A"));
        await expect(as(changed)).rejects.toMatchObject({ code: "forbidden" });
        // Of the last letter, not every bit counts when it is decoded.
        for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
          if (token.endsWith(letter)) continue;
          await expect(as(token.slice(0, -1) + letter), letter).rejects.toMatchObject({ code: "forbidden" });
        }
        await expect(as("psto_tok_nonsense")).rejects.toMatchObject({ code: "unauthorized" });
        await pause(2_000);
        await expect(as(token)).rejects.toThrow("expired");
      });
    });

    describe("the audit log", () => {
      it("has what was done, by whom and for which request, and no name of a namespace", async () => {
        const { id, memory, administration, who } = await newProject();
        await memory.save({ namespace: "user:ann", id: "a", content: "The sky is blue." });
        await memory.delete({ namespace: "user:ann", ids: ["a"] });
        await memory.delete({ namespace: "user:ann", ids: ["a"] });
        await memory.deleteNamespace({ namespace: "user:ann" });
        const key = await administration.createKey({ project: id, name: "app" });
        await administration.revokeKey({ project: id, id: key.id });
        const { entries } = await administration.listAudit({ project: id });
        expect(entries.map(({ action }) => action)).toEqual([
          "key.revoke",
          "key.create",
          "namespace.delete",
          "memories.delete",
          "key.create",
          "project.create",
        ]);
        expect(entries[3]).toMatchObject({ actor: who.actor, requestId: "request-1", details: { count: 1 } });
        expect(entries[3]!.target).toBe(entries[2]!.target);
        expect(JSON.stringify(entries)).not.toMatch(/ann|blue/);
      });

      it("pages", async () => {
        const { id, administration } = await newProject();
        for (const name of ["a", "b", "c"]) await administration.createKey({ project: id, name });
        const first = await administration.listAudit({ project: id, limit: 3 });
        const second = await administration.listAudit({ project: id, limit: 3, cursor: first.nextCursor! });
        expect([...first.entries, ...second.entries].map(({ action }) => action)).toEqual([
          ...Array<string>(4).fill("key.create"),
          "project.create",
        ]);
        expect(second.nextCursor).toBeNull();
      });

      it("is a chain that a change or a gap breaks, also after writers at the same time", async () => {
        const made = await Promise.all(["x1", "x2", "x3", "x4"].map((id) => operator.createOrganisation({ id })));
        await Promise.all(
          made.flatMap(({ id }) =>
            [1, 2, 3].map((number) => operator.createProject({ organisation: id, id: `${id}-${number}` })),
          ),
        );
        const verdict = await operator.verifyAudit({ organisation: "x1" });
        expect(verdict).toMatchObject({ entries: 4, brokenAt: null });
        expect(verdict.lastHash).toMatch(/^[0-9a-f]{64}$/);
        await persisto.close();
        const probe = await database.probe();
        await probe.query("update persisto.audit_log set target = 'other' where org_id = 'x1' and seq = 2");
        await probe.query("delete from persisto.audit_log where org_id = 'x2' and seq = 3");
        await probe.close();
        persisto = await createPersisto(database.options);
        const { key } = await persisto.access.createOperatorKey({ name: "again" });
        ({ administration: operator } = await as(key));
        expect(await operator.verifyAudit({ organisation: "x1" })).toMatchObject({ brokenAt: 2 });
        expect(await operator.verifyAudit({ organisation: "x2" })).toMatchObject({ brokenAt: 4 });
        expect(await operator.verifyAudit({ organisation: "x3" })).toMatchObject({ brokenAt: null });
      });
    });

    it("keeps no secret that opens anything", async () => {
      const { key } = await newProject();
      await persisto.close();
      const probe = await database.probe();
      const tables = await probe.query<{ name: string }>(
        "select relname as name from pg_class where relnamespace = 'persisto'::regnamespace and relkind = 'r'",
      );
      for (const { name } of tables) {
        const rows = await probe.query<{ row: string }>(`select t::text as row from persisto.${name} t`);
        for (const { row } of rows) expect(row).not.toContain(key.slice(23, 60));
      }
      await probe.close();
      persisto = await createPersisto(database.options);
    });
  });
}
