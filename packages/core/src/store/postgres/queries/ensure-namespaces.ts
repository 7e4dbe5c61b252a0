import type { Language } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import { ensureProject } from "./ensure-project.js";

/**
 * Makes the project and those of its namespaces that do not exist yet, in the language given for each. Gives the
 * language that each has: another one where somebody else has made or changed it meanwhile.
 */
export async function ensureNamespaces(
  query: Query,
  scope: Scope,
  wanted: ReadonlyMap<string, Language>,
): Promise<Map<string, Language>> {
  // Looked up first: an insert that conflicts uses up a number of the sequence on every save.
  const known = await lockNamespaces(query, scope, [...wanted.keys()]);
  const missing = [...wanted].filter(([name]) => !known.has(name));
  if (missing.length === 0) return known;
  await ensureProject(query, scope);
  await query(
    `insert into persisto.namespaces (project_id, name, language)
    select $1, name, language from unnest($2::text[], $3::text[]) as n (name, language)
    order by name
    on conflict do nothing`,
    [scope.projectId, missing.map(([name]) => name), missing.map(([, language]) => language)],
  );
  return lockNamespaces(query, scope, [...wanted.keys()]);
}

/** Locked, and in one order, because whoever deletes a namespace locks it before its memories too. */
async function lockNamespaces(query: Query, scope: Scope, names: readonly string[]): Promise<Map<string, Language>> {
  const rows = await query<{ name: string; language: Language }>(
    `select name, language from persisto.namespaces
    where project_id = $1 and name = any($2::text[])
    order by id
    for key share`,
    [scope.projectId, names],
  );
  return new Map(rows.map(({ name, language }) => [name, language]));
}
