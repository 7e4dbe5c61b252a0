import { limits } from "./limits.js";
import type { FieldIssue } from "./errors.js";

/**
 * What keeps a value from being stored and read back as it is: nesting deeper than PGlite survives,
 * text Postgres cannot hold (NUL, lone surrogates), numbers and objects JSON cannot carry, and the
 * key `__proto__`. Returns the first issue found, or null.
 */
export function findJsonIssue(value: unknown, path = "", depth = 0): FieldIssue | null {
  switch (typeof value) {
    case "string":
      return findTextIssue(value, path);
    case "number":
      return Number.isFinite(value) ? null : { field: path, message: "must be a finite number" };
    case "boolean":
      return null;
    case "object":
      if (value === null) return null;
      if (depth >= limits.inputDepth) {
        return { field: path, message: `is nested deeper than ${limits.inputDepth} levels` };
      }
      return Array.isArray(value)
        ? findArrayIssue(value, path, depth)
        : findObjectIssue(value as Record<string, unknown>, path, depth);
    default:
      return { field: path, message: `must be JSON, not ${typeof value}` };
  }
}

/** What keeps a text from being stored as it is, or null. */
export function findTextIssue(text: string, path: string): FieldIssue | null {
  if (text.includes("\u0000")) return { field: path, message: "must not contain NUL (U+0000)" };
  if (!text.isWellFormed()) return { field: path, message: "must be well-formed Unicode, without lone surrogates" };
  return null;
}

function findArrayIssue(items: readonly unknown[], path: string, depth: number): FieldIssue | null {
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    // Vectors are long, and most of their cost would be the paths of numbers that have no issue.
    if (typeof item === "number" && Number.isFinite(item)) continue;
    const issue = findJsonIssue(item, `${path}[${index}]`, depth + 1);
    if (issue) return issue;
  }
  return null;
}

function findObjectIssue(object: Record<string, unknown>, path: string, depth: number): FieldIssue | null {
  const prototype: unknown = Object.getPrototypeOf(object);
  // Not compared with Object.prototype: plain objects of another realm, as of a sandbox, have their own one.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    return { field: path, message: "must be a plain object" };
  }
  for (const [key, item] of Object.entries(object)) {
    const field = path === "" ? key : `${path}.${key}`;
    if (key === "__proto__") return { field, message: "is not an allowed key" };
    const issue = findTextIssue(key, field) ?? (item === undefined ? null : findJsonIssue(item, field, depth + 1));
    if (issue) return issue;
  }
  return null;
}
