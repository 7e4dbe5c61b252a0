import { PersistoAuthError } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";

/** Makes the project, or makes sure of it. @throws PersistoAuthError forbidden when it has been deleted. */
export async function ensureProject(query: Query, { projectId, mustExist = false }: Scope): Promise<void> {
  if (!mustExist) {
    await query("insert into persisto.projects (id) values ($1) on conflict do nothing", [projectId]);
    return;
  }
  const rows = await query("select from persisto.projects where id = $1", [projectId]);
  if (rows.length === 0) throw deletedProject();
}

/** For whoever has a key of a project that is gone. */
export function deletedProject(): PersistoAuthError {
  return new PersistoAuthError("The project of this credential has been deleted.", { code: "forbidden" });
}
