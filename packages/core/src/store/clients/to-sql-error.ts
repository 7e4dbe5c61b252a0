import { SqlError } from "../sql-client.js";

/** What Postgres says of a refused statement: the fields that we read of it. */
export interface PostgresRefusal {
  code: string;
  message: string;
  constraint?: string | undefined;
}

/** The error without anything that a user may have written. */
export function toSqlError({ code, message, constraint }: PostgresRefusal): SqlError {
  return new SqlError({ sqlState: code, message: withoutValues(message, code), constraint });
}

/**
 * Postgres quotes values as it quotes names: `invalid input syntax for type integer: "..."` next to
 * `relation "..." does not exist`. In class 22 (data exception) every quoted part may be a value;
 * elsewhere only what follows a colon, as in `syntax error in tsquery: "..."`.
 */
function withoutValues(message: string, sqlState: string): string {
  return sqlState.startsWith("22") ? message.replace(/".*"/s, '"..."') : message.replace(/: ".*"/s, ': "..."');
}
