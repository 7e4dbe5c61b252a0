import { PersistoError } from "@persisto/contract";
import type { Query } from "../../sql-client.js";

/** A setting's value; the first server to ask decides what it is. */
export async function setting(query: Query, name: string, initial: string): Promise<string> {
  await query("insert into persisto.settings (name, value) values ($1, $2) on conflict do nothing", [name, initial]);
  const [row] = await query<{ value: string }>("select value from persisto.settings where name = $1", [name]);
  if (!row) throw new PersistoError("internal", `The setting ${name} was not stored.`);
  return row.value;
}
