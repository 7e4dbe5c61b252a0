import { lengthShare } from "../../../../lexical/passage-terms.js";
import type { TextQuery } from "../../../../lexical/text-query.js";
import type { Parameters } from "../../parameters.js";
import { isLive } from "../../rows.js";
import { binarySparseVector } from "../../binary-vectors.js";
import type { Conditions } from "./conditions.js";

/** The best passages by text, as a common table expression `matching`, and how to score any passage. */
export function matchingPassages(
  conditions: Conditions,
  parameters: Parameters,
  { terms, averageLength, access }: TextQuery,
): { readonly with: string; score(alias: string): string } {
  const { project, namespaceId, limit, fromEligible, joinEligible } = conditions;
  const weights = `${parameters.bind(binarySparseVector(terms))}::sparsevec`;
  const average = `${parameters.bind(Math.max(1, averageLength))}::float8`;
  // The operator gives the inner product with its sign changed, because indexes sort upwards.
  const product = (alias: string): string => `(${alias}.terms <#> ${weights})`;
  const negative = (alias: string): string =>
    `(${product(alias)} / (${1 - lengthShare}::float8 + ${lengthShare}::float8 * ${alias}.length / ${average}))`;

  const scored = (from: string): string => `select c.memory_seq, c.ordinal, ${negative("c")} as negative
          from ${from}
            and ${isLive("c")}
            and ${product("c")} < 0`;

  const rows =
    access.kind === "exact"
      ? `${scored(fromEligible("persisto.chunks", "c"))}
        order by negative
        limit ${limit}`
      : // "+ 0" keeps the index of the namespace out: it would bring all of it, to be compared with what the terms bring.
        `select c.memory_seq, c.ordinal, c.negative
        from (
          ${scored(`persisto.project_chunks c
          where c.project_id = ${project} and c.namespace_id + 0 = ${namespaceId} and ${anyTerm(parameters, access)}`)}
          order by negative
        ) as c
        ${joinEligible("c")}
        order by negative
        limit ${limit}`;

  return {
    with: `matching as materialized (
      select memory_seq, ordinal, row_number() over (order by negative) as rank
      from (
        ${rows}
      ) as c
    ),`,
    score: (alias) => `-${negative(alias)}`,
  };
}

/** The condition that the index of terms serves. */
function anyTerm(
  parameters: Parameters,
  { anyOf, allOf }: { anyOf: readonly number[]; allOf: readonly (readonly number[])[] },
): string {
  const keys = (list: readonly number[]): string => `${parameters.bind(list)}::int4[]`;
  const conditions = [
    ...(anyOf.length > 0 ? [`persisto.term_keys(c.terms) && ${keys(anyOf)}`] : []),
    ...allOf.map((list) => `persisto.term_keys(c.terms) @> ${keys(list)}`),
  ];
  return conditions.length === 0 ? "false" : `(${conditions.join(" or ")})`;
}
