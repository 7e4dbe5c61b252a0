import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Embedder, Filters } from "@persisto/contract";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import type { Query, SessionOptions, SqlClient, SqlSession } from "../src/store/sql-client.js";
import type { NewRecord, SearchPlan, Store } from "../src/store/store.js";
import { backends, type TestDatabase } from "./backends.js";

const embedder: Embedder = { id: "test/none", dimensions: 3, embed: async () => [] };
const ours = { projectId: "ours" };
const theirs = { projectId: "theirs" };
const canary = "theirs alone";
const audit = { actor: { kind: "key", id: "k" }, requestId: "r", action: "test", target: "t" } as const;
const term = { key: 7, weight: 1 };
const vector = Float32Array.from([1, 0, 0]);

const record = (content: string, id: string, namespace = "shared"): NewRecord => ({
  namespace,
  language: "english",
  id,
  content,
  metadata: { of: content, all: "yes" },
  ttlSeconds: null,
  expiresAt: null,
  createdAt: null,
  updatedAt: null,
  passageBytes: 0,
  embeddedTokens: 0,
  passages: [{ content: null, vector, terms: { weights: [[term.key, term.weight]], length: 1 } }],
});

/** Where a statement names its project, or joins by it. */
const predicate = /(?:\w+\.)?project_id = (?:\(select (\$\d+)::text\)|(\$\d+)(?:::text)?|\w+\.project_id)/g;

/** The statement with one of these gone; its parameter stays in use, or Postgres would not know its type. */
function without(text: string, removed: number | "all"): string {
  let index = -1;
  return text.replace(predicate, (found, ...[hidden, plain]: (string | undefined)[]) => {
    index += 1;
    if (removed !== "all" && removed !== index) return found;
    const parameter = hidden ?? plain;
    return parameter === undefined ? "true" : `(${parameter}::text is not null)`;
  });
}

/** A client that runs every statement as `rewrite` has it. */
function rewriting(client: SqlClient, rewrite: (text: string) => string): SqlClient {
  const session = ({ query, transaction }: SqlSession): SqlSession => {
    const rewritten =
      (run: Query): Query =>
      (text, ...rest) =>
        run(rewrite(text), ...rest);
    return { query: rewritten(query), transaction: (work) => transaction((run) => work(rewritten(run))) };
  };
  return {
    ...session(client),
    vectorType: client.vectorType,
    buildsConcurrently: client.buildsConcurrently,
    session: (options: SessionOptions) => session(client.session(options)),
    waitedMs: () => client.waitedMs(),
    close: () => client.close(),
  };
}

/** Calls everything that works for one project, for ours; gives all that came back. */
async function useStore(store: Store): Promise<unknown[]> {
  const statistics = await store.statistics(ours, "shared");
  const plan = (vectorAccess: "exact" | "index", textKind: "exact" | "index", filters: Filters): SearchPlan => ({
    namespace: "shared",
    namespaceId: statistics?.id ?? "0",
    vector: { values: vector, direction: vector, background: vector, access: vectorAccess, breadth: 100 },
    text: {
      terms: [[term.key, term.weight]],
      averageLength: 1,
      fullScore: 1,
      access: textKind === "exact" ? { kind: "exact" } : { kind: "index", anyOf: [term.key], allOf: [] },
    },
    filters,
    filtersByIndex: Object.keys(filters).length > 0,
    candidates: 10,
    withVectors: false,
    counts: { embeddedTokens: 0 },
  });
  const answers: unknown[] = [statistics];
  for (const filters of [{}, { all: "yes" }] as Filters[]) {
    answers.push(await store.search(ours, plan("exact", "exact", filters)));
    answers.push(await store.search(ours, plan("index", "index", filters)));
    answers.push(await store.page(ours, { namespace: "shared", filters, order: "newest", limit: 10, passages: 100 }));
    answers.push(
      await store.page(ours, { filters, order: "oldest", limit: 10, passages: null }),
      await store.count(ours, { filters }),
    );
  }
  answers.push(await store.sampleMetadata(ours, statistics?.id ?? "0", 10));
  answers.push(await store.find(ours, { id: "one" }), await store.find(ours, { id: "one", namespace: "shared" }));
  answers.push(await store.namespaces(ours), await store.language(ours, "shared"));
  answers.push(await store.pageQueries(ours, { limit: 10 }));
  await store.insert(ours, [record("ours", "one"), record("ours", "two")], null);
  const metadata = { of: "ours", all: "yes" };
  answers.push(await store.change(ours, { namespace: "shared", id: "one", metadata, filters: { of: "ours" } }, null));
  const claim = { keyHash: "k", fingerprint: "f", attempt: "a", leaseSeconds: 120 };
  answers.push(await store.claimKey(ours, claim));
  await store.releaseKey(ours, claim);
  await store.setLanguage(ours, "shared", "english");
  await store.remove(ours, { namespace: "shared", ids: ["two"], filters: {}, audit }, null);
  await store.remove(ours, { namespace: "shared", filters: { all: "no" }, audit }, null);
  await store.removeNamespace(ours, { namespace: "gone", audit }, null);
  await store.insert(ours, [record("ours", "two"), record("ours", "three", "gone")], null);
  return answers;
}

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`the walls between projects on ${title}`, { timeout: 120_000 }, () => {
    let database: TestDatabase;
    let client: SqlClient;

    beforeAll(async () => {
      database = await backend.create();
      client = await database.probe();
      const { store, isWalled } = await openPostgresStore(client, [embedder]);
      expect(isWalled).toBe(true);
      await store.insert(ours, [record("ours", "one"), record("ours", "two"), record("ours", "three", "gone")], null);
      await store.insert(theirs, [record(canary, "one"), record(canary, "two"), record(canary, "three", "gone")], null);
      const entry = { namespace: "shared", filters: {}, topK: 1, mode: "strict", count: 0, durationMs: 1, ageMs: 0 };
      await store.recordQueries(
        [ours, theirs].map(({ projectId }) => ({
          ...entry,
          projectId,
          queryText: projectId === "ours" ? "ours" : canary,
        })),
        null,
      );
    }, 60_000);

    afterAll(async () => {
      await client?.close();
      await database?.drop();
    });

    it("stand around every table that has something of projects", async () => {
      const tables = await client.query<{ name: string; forced: boolean; policies: number; nullable: boolean }>(
        `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
          (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
          not coalesce(a.attnotnull, true) as nullable
        from pg_class c
        left join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id'
        where c.relnamespace = 'persisto'::regnamespace and c.relkind = 'r'
          and (c.relname = 'projects' or a.attname is not null)`,
      );
      expect(tables.map(({ name }) => name)).toContain("embeddings_1");
      for (const table of tables) expect(table).toMatchObject({ forced: true, policies: 2, nullable: false });
    });

    it("bind roles that cannot step over them", async () => {
      const roles = await client.query(
        `select rolname, rolsuper or rolbypassrls or rolcanlogin or rolcreaterole as strong,
          exists (select from pg_class c where c.relowner = r.oid and c.relkind = 'r') as owns,
          has_table_privilege(rolname, 'persisto.settings', 'select') as reads_secrets
        from pg_roles r where rolname in ('persisto_app', 'persisto_jobs') order by rolname`,
      );
      expect(roles).toEqual(
        ["persisto_app", "persisto_jobs"].map((rolname) => ({
          rolname,
          strong: false,
          owns: false,
          reads_secrets: false,
        })),
      );
    });

    it("show nothing to a session that works for no project, and let it write nothing", async () => {
      const session = client.session({ sight: { role: "persisto_app", projectId: "" } });
      for (const name of [
        "memories",
        "chunks",
        "namespaces",
        "embeddings_1",
        "queries",
        "projects",
        "project_chunks",
        "project_memories",
      ]) {
        expect(await session.query(`select * from persisto.${name}`)).toEqual([]);
      }
      await expect(
        session.query("insert into persisto.namespaces (project_id, name) values ('theirs', 'mine')"),
      ).rejects.toMatchObject({ sqlState: "42501" });
    });

    it("let nobody change what the audit log says", async () => {
      for (const role of ["persisto_app", "persisto_jobs"] as const) {
        const session = client.session({ sight: { role, projectId: "ours" } });
        for (const statement of ["update persisto.audit_log set action = 'x'", "delete from persisto.audit_log"]) {
          await expect(session.query(statement)).rejects.toMatchObject({ sqlState: "42501" });
        }
      }
    });

    it("leave nothing of a project on the connection", async () => {
      const session = client.session({ sight: { role: "persisto_app", projectId: "ours" } });
      await session.query("select 1 as one");
      await session.transaction((query) => query("select 1 as one"));
      await expect(session.query("select 1 / 0 as none")).rejects.toThrow("division by zero");
      for (let round = 0; round < 5; round++) {
        expect(
          await client.query(
            "select current_user = session_user as same, coalesce(current_setting('persisto.project_id', true), '') as project",
          ),
        ).toEqual([{ same: true, project: "" }]);
      }
    });

    it("hold with any project predicate of any statement removed, and with all", async () => {
      const seen = new Map<string, number>();
      const contents = (): Promise<object[]> =>
        client.query(
          `select m.id, n.name, n.language, m.content, m.metadata::text, m.updated_at::text, c.length, e.embedding::text
          from persisto.memories m
          join persisto.namespaces n on n.project_id = m.project_id and n.id = m.namespace_id
          join persisto.chunks c on c.project_id = m.project_id and c.memory_seq = m.seq
          join persisto.embeddings_1 e on e.project_id = c.project_id and e.memory_seq = c.memory_seq
          where m.project_id = 'theirs'
          order by n.name, m.id`,
        );
      const run = async (rewrite: (text: string) => string): Promise<string> => {
        const { store } = await openPostgresStore(rewriting(client, rewrite), [embedder]);
        return JSON.stringify(await useStore(store));
      };

      const before = await contents();
      expect(before).toHaveLength(3);
      const whole = await run((text) => {
        seen.set(text, text.match(predicate)?.length ?? 0);
        return text;
      });
      expect(whole).toContain('"ours"');
      expect(whole).not.toContain(canary);

      let mutants = 0;
      for (const [text, count] of seen) {
        for (const removed of [...Array(count).keys(), "all" as const]) {
          if (count === 0) continue;
          mutants += 1;
          const shown = await run((other) => (other === text ? without(other, removed) : other));
          expect(shown, `${removed} of ${text}`).not.toContain(canary);
        }
      }
      expect(await run((text) => without(text, "all"))).not.toContain(canary);
      expect(mutants).toBeGreaterThan(60);
      expect(await contents()).toEqual(before);
    });
  });
}
