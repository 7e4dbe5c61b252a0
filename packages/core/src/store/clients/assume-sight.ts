import type { Sight } from "../sql-client.js";

/**
 * Gives the transaction under way its sight. Nothing of it is left on the connection afterwards, also not on one that a
 * pooler hands to somebody else.
 */
export const assumeSight = "select set_config('role', $1, true), set_config('persisto.project_id', $2, true)";

export function sightParameters({ role, projectId }: Sight): string[] {
  return [role, projectId];
}
