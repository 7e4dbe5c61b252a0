import type { Sight } from "../sql-client.js";

/**
 * Gives the transaction under way its sight, and what it counts for. Nothing of it is left on the connection afterwards,
 * also not on one that a pooler hands to somebody else.
 *
 * What works for one project reads by indexes, whatever the planner thinks of the tables: a plan that is made, and kept, while one
 * namespace is nearly all there is would read everybody's rows from then on.
 */
export const assumeSight = `select set_config('role', $1, true), set_config('persisto.project_id', $2, true),
  set_config('persisto.key_id', $3, true), set_config('persisto.embedded_tokens', $4, true),
  set_config('persisto.counts_query', $5, true), set_config('enable_seqscan', $6, true)`;

export function sightParameters({ role, projectId, charge }: Sight): string[] {
  const { keyId = "", embeddedTokens = 0, countsQuery = false } = charge ?? {};
  return [
    role,
    projectId,
    keyId,
    String(embeddedTokens),
    countsQuery ? "yes" : "",
    role === "persisto_app" ? "off" : "on",
  ];
}
