import { PersistoError } from "@persisto/contract";
import type { Query, Sight, SqlClient } from "../sql-client.js";
import { changeSchema } from "./change-schema.js";

/** Works for one project. */
export const app: Sight["role"] = "persisto_app";
/** Works for all. */
export const jobs: Sight["role"] = "persisto_jobs";

/** Why the user that connects cannot act as the roles. */
export interface Hindrance {
  /** E.g. `this database user may not make the roles`. */
  readonly reason: string;
  /** Statements that an administrator runs, valid in every version of Postgres that has row security for roles. */
  readonly remedy: string;
}

/**
 * Makes the two roles and a member of them of the user that connects, as far as it may. Gives what is missing; null when it can
 * act as them: it must be able to become each, and to use their rights as the owner of the tables, whose rows a
 * migration changes.
 * @throws PersistoError unavailable when something is missing and the tables have row security already: it would see no row.
 */
export async function takeRoles(client: SqlClient): Promise<Hindrance | null> {
  return changeSchema(client, async (query) => {
    await makeRoles(query);
    const hindrance = await findHindrance(query);
    if (hindrance === null || !(await hasRowSecurity(query))) return hindrance;
    throw new PersistoError(
      "unavailable",
      `The tables of this database have row security, and ${hindrance.reason}. As an administrator run: ${hindrance.remedy}`,
      { retryable: false },
    );
  });
}

/** What to tell whoever runs a database with one wall alone. */
export function missingWall({ reason, remedy }: Hindrance): string {
  return `Row security is off: ${reason}. As an administrator run: ${remedy} And start Persisto again.`;
}

/** Whether the user that connects may become a role, and has its rights while it is none: before version 16 members may become it. */
const mayUse = (role: string): string =>
  `(pg_has_role(current_user, ${role}, 'usage') and pg_has_role(current_user, ${role},
    case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end))`;

/**
 * Since version 16 of Postgres who makes a role may give it, also to itself, and is neither able to become it nor has its
 * rights before that.
 */
async function makeRoles(query: Query): Promise<void> {
  await query(`do $$
    declare
      role text;
      options text := case when current_setting('server_version_num')::int >= 160000 then 'with inherit true, set true' else '' end;
    begin
      foreach role in array array['${app}', '${jobs}'] loop
        begin
          if not exists (select from pg_roles where rolname = role) then execute format('create role %I nologin', role); end if;
        -- Another database of this server makes them at the same moment.
        exception when duplicate_object or unique_violation or insufficient_privilege then null;
        end;
        begin
          if exists (select from pg_roles where rolname = role) and not ${mayUse("role")} then
            execute format('grant %I to %I %s', role, current_user, options);
          end if;
        exception when insufficient_privilege then null;
        end;
      end loop;
    end
  $$`);
}

async function findHindrance(query: Query): Promise<Hindrance | null> {
  const [row] = await query<{ login: string; missing: string[]; foreign: string[]; able: boolean }>(
    `select quote_ident(current_user) as login,
      coalesce(array_agg(name order by name) filter (where r.oid is null), '{}') as missing,
      coalesce(array_agg(name order by name) filter (where not pg_has_role(current_user, r.oid, 'member')), '{}') as foreign,
      coalesce(bool_and(${mayUse("r.oid")}), false) as able
    from unnest($1::text[]) as name
    left join pg_roles r on r.rolname = name`,
    [[app, jobs]],
  );
  const { login, missing, foreign, able } = row!;
  const roles = `${app}, ${jobs}`;
  const grant = `grant ${roles} to ${login};`;
  if (missing.length > 0) {
    const create = missing.map((name) => `create role ${name} nologin; `).join("");
    return { reason: "this database user may not make the roles for it", remedy: create + grant };
  }
  if (foreign.length > 0)
    return { reason: `this database user is no member of ${foreign.join(" and ")}`, remedy: grant };
  if (able) return null;
  return {
    reason: `this database user is a member of ${roles} that may not become them, or does not inherit their rights`,
    // A grant keeps the options that it was made with, so it is made anew.
    remedy: `alter role ${login} inherit; revoke ${roles} from ${login}; ${grant}`,
  };
}

async function hasRowSecurity(query: Query): Promise<boolean> {
  const rows = await query(
    "select from pg_class where relnamespace = to_regnamespace('persisto') and relkind = 'r' and relrowsecurity limit 1",
  );
  return rows.length > 0;
}
