import type { Query, SqlClient } from "../sql-client.js";
import type { EmbeddingSpace } from "./embedding-space.js";
import { changeSchema } from "./change-schema.js";
import { app, jobs } from "./wall-roles.js";

/** What the role that works for one project may do with each table; not a word about `settings`, which holds secrets. */
const rights: Readonly<Record<string, string>> = {
  projects: "select, insert",
  namespaces: "select, insert, update, delete",
  memories: "select, insert, update, delete",
  chunks: "select, insert, update, delete",
  queries: "select",
  audit_log: "select, insert",
  idempotency_keys: "select, insert, update, delete",
  project_chunks: "select",
  project_memories: "select",
};

/** What the role that works for all may not do, of everything else: secrets are none of its business, and what is written to a log stays. */
const withheld: Readonly<Record<string, string>> = {
  settings: "select, insert, update, delete",
  audit_log: "update, delete",
  usage_events: "update",
};

const views = ["project_chunks", "project_memories"];

/** Functions that read or write what whoever causes it may not. */
const definers = ["chain_audit", "count_added", "count_changed", "count_removed", "count_query"];

/**
 * Sets row security on every table that holds something of projects, for two roles that own nothing: one sees one project,
 * the other all, and gives the roles their rights. What is as it should be is left alone. The user that connects must be
 * able to act as the roles.
 */
export async function raiseWall(client: SqlClient, space: EmbeddingSpace): Promise<void> {
  await changeSchema(client, async (query) => {
    const open = await tablesWithoutRowSecurity(query);
    if (!(await isGranted(query, space))) await grant(query, space);
    for (const table of open) await secure(query, table);
  });
}

/** Whether the roles have all that `grant` gives: a dump that was restored without privileges or owners has the tables alone. */
async function isGranted(query: Query, space: EmbeddingSpace): Promise<boolean> {
  const given = oneByOne(rightsOfApp(space));
  const kept = oneByOne(Object.entries(withheld));
  const [row] = await query<{ granted: boolean }>(
    `select bool_and(held) as granted from (
      select has_schema_privilege(role, 'persisto', 'usage') and has_sequence_privilege(role, 'persisto.memory_seq', 'usage') as held
      from unnest(array['${app}', '${jobs}']) as role
      union all
      select has_table_privilege('${app}', name, verb) from unnest($1::text[], $2::text[]) as given (name, verb)
      union all
      select has_table_privilege('${jobs}', c.oid, verb.verb) = (kept.name is null)
      from pg_class c
      cross join unnest(array['select', 'insert', 'update', 'delete']) as verb (verb)
      left join unnest($3::text[], $4::text[]) as kept (name, verb) on kept.name = c.relname and kept.verb = verb.verb
      where c.relnamespace = 'persisto'::regnamespace and c.relkind = 'r'
      union all
      select pg_get_userbyid(relowner) = '${jobs}' from pg_class
      where relnamespace = 'persisto'::regnamespace and relname = any($5::text[])
      union all
      select pg_get_userbyid(proowner) = '${jobs}' from pg_proc
      where pronamespace = 'persisto'::regnamespace and proname = any($6::text[])
    ) as wanted`,
    [given.tables, given.verbs, kept.tables, kept.verbs, views, definers],
  );
  return row!.granted;
}

/** Each right on each table, in two lists of the same length. */
function oneByOne(rightsOfTables: readonly [table: string, verbs: string][]): { tables: string[]; verbs: string[] } {
  const pairs = rightsOfTables.flatMap(([table, verbs]) => verbs.split(", ").map((verb) => [table, verb] as const));
  return { tables: pairs.map(([table]) => table), verbs: pairs.map(([, verb]) => verb) };
}

const ofProjects = `c.relnamespace = 'persisto'::regnamespace and c.relkind = 'r'
      and (c.relname = 'projects' or exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'project_id' and not a.attisdropped
      ))`;

/** Also one whose policies are gone: of a dump that was restored where the roles were not yet, they are all that fails. */
async function tablesWithoutRowSecurity(query: Query): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `select c.relname as name from pg_class c where ${ofProjects} and (not c.relrowsecurity or not c.relforcerowsecurity or (
      select count(*) from pg_policy p where p.polrelid = c.oid and p.polname in ('one_project', 'every_project')
    ) < 2)
    order by c.relname`,
  );
  return rows.map(({ name }) => name);
}

async function secure(query: Query, table: string): Promise<void> {
  const column = table === "projects" ? "id" : "project_id";
  const name = `persisto.${table}`;
  await query(`drop policy if exists one_project on ${name}`);
  await query(`drop policy if exists every_project on ${name}`);
  // In a sub-select it is read once a statement, and not once a row.
  await query(
    `create policy one_project on ${name} to ${app}
    using (${column} = (select current_setting('persisto.project_id', true)))`,
  );
  await query(`create policy every_project on ${name} to ${jobs} using (true)`);
  await query(`alter table ${name} enable row level security, force row level security`);
}

/** What is still somebody else's. Only that is handed over: it locks a view, which servers at work search by. */
async function notHandedOver(query: Query): Promise<string[]> {
  const rows = await query<{ thing: string }>(
    `select format('view persisto.%I', relname) as thing from pg_class
    where relnamespace = 'persisto'::regnamespace and relname = any($1::text[]) and pg_get_userbyid(relowner) <> '${jobs}'
    union all
    select format('function persisto.%I()', proname) from pg_proc
    where pronamespace = 'persisto'::regnamespace and proname = any($2::text[]) and pg_get_userbyid(proowner) <> '${jobs}'`,
    [views, definers],
  );
  return rows.map(({ thing }) => thing);
}

async function grant(query: Query, space: EmbeddingSpace): Promise<void> {
  // A view's owner must be able to make it.
  await query(`grant usage, create on schema persisto to ${jobs}`);
  await query(`grant usage on schema persisto to ${app}`);
  await query(`grant usage on sequence persisto.memory_seq to ${app}, ${jobs}`);
  await query(`grant select, insert, update, delete on all tables in schema persisto to ${jobs}`);
  for (const [table, verbs] of Object.entries(withheld))
    await query(`revoke ${verbs} on persisto.${table} from ${jobs}`);
  for (const thing of await notHandedOver(query)) await query(`alter ${thing} owner to ${jobs}`);
  await query(`revoke create on schema persisto from ${jobs}`);
  for (const [table, verbs] of rightsOfApp(space)) await query(`grant ${verbs} on ${table} to ${app}`);
}

/** By qualified name, also of the table of vectors. */
function rightsOfApp(space: EmbeddingSpace): [table: string, verbs: string][] {
  const qualified = Object.entries(rights).map(([table, verbs]): [string, string] => [`persisto.${table}`, verbs]);
  return [...qualified, [space.table, "select, insert, update, delete"]];
}
