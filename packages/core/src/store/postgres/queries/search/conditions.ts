import type { Scope } from "../../../../tenancy/scope.js";
import type { SearchPlan } from "../../../store.js";
import { compileFilter, requiredDocuments } from "../../compile-filter.js";
import type { Parameters } from "../../parameters.js";
import { isLive } from "../../rows.js";

/** What every part of a search refers to: placeholders, and the filters in two forms. */
export interface Conditions {
  readonly project: string;
  readonly namespaceId: string;
  readonly limit: string;
  /** A common table expression `eligible` of the memories that the filters keep, for parts that read every passage. */
  readonly eligible: string;
  /**
   * From and where clauses of the passages of a table that are to be read: of the namespace, or of the eligible memories.
   * These are joined by their key alone: where the planner knows nothing of the table yet it takes them for one row, and
   * would go through the whole namespace for each.
   */
  fromEligible(table: string, alias: string): string;
  /**
   * A join that looks at each passage's memory as the passage comes, for parts that read in the order of an index and
   * stop when they have enough. `offset 0` keeps the planner from turning it around.
   */
  joinEligible(alias: string): string;
}

/**
 * Whether one plan is right for every namespace: where all of it is read anyway. An index of one namespace only serves a
 * plan that knows the namespace.
 */
export function hasStablePlan({ vector, text, filters }: SearchPlan): boolean {
  return vector?.access !== "index" && text?.access.kind !== "index" && Object.keys(filters).length === 0;
}

/** In a sub-select the planner does not see the value; so a plan for it costs no less than the one that can be kept. */
function place(placeholder: string, isHidden: boolean): string {
  return isHidden ? `(select ${placeholder})` : placeholder;
}

export function bindConditions(
  parameters: Parameters,
  { scope, plan }: { scope: Scope; plan: SearchPlan },
): Conditions {
  const hidden = hasStablePlan(plan);
  const project = place(`${parameters.bind(scope.projectId)}::text`, hidden);
  const namespaceId = place(`${parameters.bind(plan.namespaceId)}::bigint`, hidden);
  // Written out, because the planner must know it to keep a plan.
  const limit = String(Math.trunc(plan.candidates));
  if (Object.keys(plan.filters).length === 0) {
    const fromEligible: Conditions["fromEligible"] = (table, alias) =>
      `${table} ${alias} where ${alias}.project_id = ${project} and ${alias}.namespace_id = ${namespaceId}`;
    return { project, namespaceId, limit, eligible: "", fromEligible, joinEligible: () => "" };
  }
  const matches = compileFilter(plan.filters, "m.metadata", parameters);
  const readsAll = plan.vector?.access === "exact" || plan.text?.access.kind === "exact";
  const contained =
    readsAll && plan.filtersByIndex
      ? requiredDocuments(plan.filters).map(
          (document) =>
            `persisto.scoped_metadata(m.namespace_id, m.metadata) @> ${parameters.bind(JSON.stringify({ [plan.namespaceId]: document }))}::text::jsonb`,
        )
      : [];
  return {
    project,
    namespaceId,
    limit,
    eligible: readsAll
      ? `eligible as materialized (
      select m.seq
      from persisto.${contained.length > 0 ? "project_memories" : "memories"} m
      where m.project_id = ${project} and m.namespace_id = ${namespaceId} and ${isLive("m")}
        and ${[...contained, matches].join("\n        and ")}
    ),`
      : "",
    fromEligible: (table, alias) =>
      `eligible, ${table} ${alias} where ${alias}.project_id = ${project} and ${alias}.memory_seq = eligible.seq`,
    joinEligible: (alias) => `cross join lateral (
        select from persisto.memories m
        where m.project_id = ${project} and m.seq = ${alias}.memory_seq and ${matches}
        offset 0
      ) as kept`,
  };
}
