import type { FilterTest } from "@persisto/contract";
import type { Parameters } from "./parameters.js";

/** What filters are compiled against. */
export interface FilterTarget {
  readonly column: string;
  /** Those of the statement that the condition becomes part of. */
  readonly parameters: Parameters;
}

type Comparison = Extract<FilterTest, { operator: "eq" | "gt" | "gte" | "lt" | "lte" }>;

/** The SQL condition of one operator on the value at a path. */
export function compileOperator(test: FilterTest, { column, parameters }: FilterTarget): string {
  // With text on its right, -> leads into objects only; #> would take "0" for the first element of a list.
  const value = `(${[column, ...test.path.map((key) => `${parameters.bind(key)}::text`)].join(" -> ")})`;
  if (test.operator === "exists") return `${value} is not null`;
  // A missing value makes the condition null.
  return `coalesce(${compileOfValue(test, value, parameters)}, false)`;
}

function compileOfValue(
  test: Exclude<FilterTest, { operator: "exists" }>,
  value: string,
  parameters: Parameters,
): string {
  switch (test.operator) {
    case "in":
      // A list contains its elements, but also every list of some of them.
      return `jsonb_typeof(${value}) <> 'array' and ${bindJson(test.operand, parameters)} @> ${value}`;
    case "contains":
    case "containsAll":
      return `jsonb_typeof(${value}) = 'array' and ${value} @> ${bindJson(test.operand, parameters)}`;
    case "containsAny": {
      const elements = parameters.bind(test.operand.map((element) => JSON.stringify(element)));
      return `jsonb_typeof(${value}) = 'array' and ${value} @> any(${elements}::text[]::jsonb[])`;
    }
    case "startsWith":
      return `jsonb_typeof(${value}) = 'string' and starts_with(${value} #>> '{}', ${parameters.bind(test.operand)}::text)`;
    default:
      return compare(test, value, parameters);
  }
}

const signs = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Nothing here casts a value to a type it may not have. */
function compare({ operator, operand }: Comparison, value: string, parameters: Parameters): string {
  const sign = signs[operator];
  if (typeof operand === "string") {
    const text = parameters.bind(operand);
    return `jsonb_typeof(${value}) = 'string' and (${value} #>> '{}') collate "C" ${sign} ${text}::text`;
  }
  if (typeof operand === "object" && operand !== null) {
    const date = parameters.bind(operand.date);
    const instant = `persisto.instant(${value} #>> '{}')`;
    return `jsonb_typeof(${value}) = 'string' and ${instant} ${sign} persisto.instant(${date}::text)`;
  }
  return `jsonb_typeof(${value}) = 'number' and ${value} ${sign} ${bindJson(operand, parameters)}`;
}

function bindJson(json: unknown, parameters: Parameters): string {
  return `${parameters.bind(JSON.stringify(json))}::text::jsonb`;
}
