import type { z } from "zod";
import { PersistoValidationError, type FieldIssue } from "../errors.js";
import { findJsonIssue } from "../plain-json.js";

/** Enough to mend an input by; a hundred thousand unknown fields would make an answer of megabytes. */
const maxIssues = 20;

/**
 * The input as its schema has it.
 * @throws PersistoValidationError naming every field that is wrong: too_large when a size is the only trouble.
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  // First, because a schema would walk a value that is too deep or drop a key it cannot see.
  const jsonIssue = findJsonIssue(input);
  if (jsonIssue) throw new PersistoValidationError([jsonIssue]);
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues;
  throw new PersistoValidationError(issues.flatMap(toFieldIssues).slice(0, maxIssues), {
    code: issues.every(isTooLarge) ? "too_large" : "unprocessable",
  });
}

function isTooLarge(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.["tooLarge"] === true;
}

/** What an issue of a schema says to users. */
export function toFieldIssues(issue: z.core.$ZodIssue): FieldIssue[] {
  const field = toPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: field === "" ? key : `${field}.${key}`, message: "unknown field" }));
  }
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ field, message }));
  if (issue.code === "invalid_union") {
    // Of the alternatives, the one that has the right type and only something wrong inside says most.
    const inside = issue.errors.find((alternative) => alternative.every(({ path }) => path.length > 0));
    if (inside) return inside.flatMap((inner) => toFieldIssues({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  if (issue.code === "invalid_type" && issue.input === undefined) return [{ field, message: missing(issue) }];
  return [{ field, message: issue.message }];
}

function missing(issue: z.core.$ZodIssueInvalidType): string {
  return issue.path.length === 0 ? `must be an ${issue.expected}` : "is required";
}

/** `["memories", 0, "content"]` -> `memories[0].content`. */
function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "");
}
