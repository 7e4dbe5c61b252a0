import type { Filters } from "@persisto/contract";
import type { Parameters } from "./parameters.js";

/**
 * The SQL condition that holds for metadata meeting the filters. Keys and values travel together in one
 * bound JSON document, so neither is ever part of the statement.
 */
export function compileFilter(filters: Filters, column: string, parameters: Parameters): string {
  if (Object.keys(filters).length === 0) return "true";
  return `${column} @> ${parameters.bind(JSON.stringify(filters))}::text::jsonb`;
}
