import { PersistoError } from "@persisto/contract";
import { SqlError, type SqlClient } from "../sql-client.js";

const insufficientPrivilege = "42501";

/** What is wrong, of the right that opening a store is refused for; else the error as it is. */
export async function explainRefusal(client: SqlClient, error: unknown): Promise<unknown> {
  if (!(error instanceof SqlError) || error.sqlState !== insufficientPrivilege) return error;
  const explanation = await findExplanation(client).catch(() => undefined);
  if (explanation === undefined) return error;
  return new PersistoError("unavailable", explanation, { retryable: false, cause: error });
}

async function findExplanation(client: SqlClient): Promise<string | undefined> {
  const [row] = await client.query<{
    login: string;
    database: string;
    may_create: boolean;
    has_extension: boolean;
    owner: string | null;
  }>(
    `select quote_ident(current_user) as login, quote_ident(current_database()) as database,
      has_database_privilege(current_database(), 'create') as may_create,
      exists (select from pg_extension where extname = 'vector') as has_extension,
      foreign_owner.name as owner
    from (select) as one
    left join lateral (
      select quote_ident(pg_get_userbyid(owner)) as name
      from (
        select nspowner as owner from pg_namespace where nspname = 'persisto'
        union all
        select relowner from pg_class where relnamespace = to_regnamespace('persisto') and relkind in ('r', 'S', 'v')
        union all
        select proowner from pg_proc where pronamespace = to_regnamespace('persisto')
      ) as owned
      where not pg_has_role(current_user, owner, 'usage')
      limit 1
    ) as foreign_owner on true`,
  );
  const { login, database, may_create: mayCreate, has_extension: hasExtension, owner } = row!;
  if (owner !== null) {
    return (
      `The schema persisto, or something in it, belongs to ${owner}, and this database user has not its rights. Connect as ` +
      `${owner}, or as an administrator run: grant ${owner} to ${login};`
    );
  }
  if (!hasExtension) {
    return `This database user may not make the extension vector. As an administrator of this database run: create extension vector;`;
  }
  if (!mayCreate) {
    return `This database user may not make the schema persisto. As an administrator run: grant create on database ${database} to ${login};`;
  }
  return undefined;
}
