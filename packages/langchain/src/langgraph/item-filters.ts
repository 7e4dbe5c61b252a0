import { invalidInput } from "@persisto/adapter-kit";
import type { Filters } from "@persisto/contract";
import type { PersistoFilter } from "../filters/persisto-filter.js";
import { toFilters } from "../filters/to-filters.js";
import { toPath } from "./place.js";

/** Below a key these are operators of Persisto, so no filter can reach a field with such a name. */
const operators = new Set(
  "eq ne in nin gt gte lt lte between exists contains containsAny containsAll startsWith".split(" "),
);

/** Which items: those in or below a namespace whose value has these fields. */
export function itemFilters(prefix: readonly string[], filter: Record<string, unknown> = {}): Filters {
  const place: Filters = prefix.length === 0 ? { path: { exists: true } } : { within: { contains: toPath(prefix) } };
  for (const key of Object.keys(filter)) {
    if (operators.has(key)) {
      throw invalidInput(
        `filter.${key}`,
        "cannot be filtered by: the name is an operator of Persisto; rename the field",
      );
    }
  }
  const value = toFilters(filter as PersistoFilter);
  return value ? { and: [place, { value }] } : place;
}
