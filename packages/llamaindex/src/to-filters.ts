import type { MetadataFilter, MetadataFilters } from "@llamaindex/core/vector-store";
import { invalidInput } from "@persisto/adapter-kit";
import type { FilterCondition, Filters, JsonScalar } from "@persisto/contract";
import { nodeKeys } from "./node-record.js";

/** The different texts under a key of the metadata that have another text in them. */
export type FindTexts = (key: string, part: string) => Promise<string[]>;

interface Test {
  key: string;
  value: unknown;
  /** Where it stands, for errors. */
  place: string;
}

type Translate = (test: Test, findTexts: FindTexts) => Filters | Promise<Filters>;

/** What each operator comes to. On a missing key all are false but `is_empty`, as SimpleVectorStore has it. */
const operators: Record<MetadataFilter["operator"], Translate> = {
  "==": (test) => on(test, { eq: scalarOf(test) }),
  "!=": (test) => on(test, { ne: scalarOf(test), exists: true }),
  ">": (test) => on(test, { gt: orderedOf(test) }),
  ">=": (test) => on(test, { gte: orderedOf(test) }),
  "<": (test) => on(test, { lt: orderedOf(test) }),
  "<=": (test) => on(test, { lte: orderedOf(test) }),
  in: (test) => on(test, { in: listOf(test) }),
  nin: (test) => on(test, { nin: listOf(test), exists: true }),
  any: (test) => on(test, { containsAny: listOf(test) }),
  all: (test) => on(test, { containsAll: listOf(test) }),
  contains: (test) => on(test, { contains: scalarOf(test) }),
  text_match: async (test, findTexts) => {
    const part = String(orderedOf(test));
    const texts = await findTexts(test.key, part);
    return { or: [on(test, { in: texts }), on(test, { contains: part })] };
  },
  is_empty: (test) => ({
    or: [on(test, { exists: false }), on(test, { in: [null, ""] }), { [nodeKeys.emptyLists]: { contains: test.key } }],
  }),
};

/**
 * Filters of LlamaIndex in Persisto's own language.
 * @throws PersistoValidationError for an unknown operator or condition and for a value that its operator cannot have.
 */
export async function toFilters(
  { filters, condition = "and" }: MetadataFilters,
  findTexts: FindTexts,
): Promise<Filters> {
  if (condition !== "and" && condition !== "or") throw invalidInput("filters.condition", 'must be "and" or "or"');
  const parts = await Promise.all(
    filters.map(async ({ key, value, operator }, index) => {
      const place = `filters.filters[${index}]`;
      // Nested filters of LlamaIndex for Python have no operator, and end here too.
      if (!Object.hasOwn(operators, operator)) {
        const known = Object.keys(operators).join(", ");
        throw invalidInput(place, `${JSON.stringify(operator)} is no operator; there are ${known}`);
      }
      if (key === "not") throw invalidInput(place, "the key `not` is a word of Persisto's filters and cannot be asked");
      return operators[operator]({ key, value, place }, findTexts);
    }),
  );
  return condition === "and" ? { and: parts } : { or: parts };
}

function on({ key }: Test, condition: FilterCondition): Filters {
  return { [key]: condition };
}

function scalarOf({ value, place }: Test): JsonScalar {
  if (isScalar(value)) return value;
  throw invalidInput(place, "the value must be a string or number");
}

function orderedOf(test: Test): string | number {
  const value = scalarOf(test);
  if (typeof value === "string" || typeof value === "number") return value;
  throw invalidInput(test.place, "the value must be a string or number");
}

function listOf({ value, place }: Test): JsonScalar[] {
  if (Array.isArray(value) && value.every(isScalar)) return value;
  throw invalidInput(place, "the value must be a list of strings or numbers");
}

/** Booleans as well: LlamaIndex's types leave them out, metadata does not. */
function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}
