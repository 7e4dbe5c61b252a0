import type { FieldIssue } from "@persisto/contract";
import { toFieldIssues } from "@persisto/contract/http";
import type { z } from "zod";
import { configFileSchema } from "./config-file-schema.js";
import { nearestName } from "./nearest-name.js";
import { fieldsOf, schemaAt } from "./schema-at.js";
import { settings } from "./settings.js";

/** Everything that is wrong with what stands in a file. */
export function fileIssues(values: Readonly<Record<string, unknown>>): FieldIssue[] {
  const { error } = configFileSchema.safeParse(values, { reportInput: true });
  const issues = (error?.issues ?? []).flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => unknownField(issue.path, key)) : toFieldIssues(issue),
  );
  return [...issues, ...passwordIssues(values)];
}

function unknownField(path: z.core.$ZodIssue["path"], key: string): FieldIssue {
  const field = join(path, key);
  const variable = secretVariable(field, key);
  if (variable !== null) return { field, message: `must not stand in a file, which is committed; ${variable}` };
  const known = fieldsOf(schemaAt(configFileSchema, path));
  const nearest = nearestName(key, known);
  if (nearest !== null) return { field, message: `unknown field; did you mean ${join(path, nearest)}?` };
  const elsewhere = settings.find(({ path: other, secret }) => secret !== "whole" && lastOf(other) === key);
  if (elsewhere !== undefined) return { field, message: `unknown field; did you mean ${elsewhere.path}?` };
  return { field, message: `unknown field; known here: ${known.join(", ")}` };
}

/** What to do with a field that must be a secret; null for any other. */
function secretVariable(field: string, key: string): string | null {
  const setting = settings.find(({ path, secret }) => secret === "whole" && path === field);
  if (setting?.variable !== undefined) return `set ${setting.variable} in the environment`;
  if (!/key|secret|token|password/i.test(key)) return null;
  const variables = settings.filter(({ secret }) => secret === "whole").map(({ variable }) => variable);
  return `keys are set in the environment: ${variables.join(", ")}`;
}

/** A URL may carry a password, and so may its parameters. */
function passwordIssues(values: Readonly<Record<string, unknown>>): FieldIssue[] {
  return settings
    .filter(({ secret }) => secret === "partly")
    .filter(({ path }) => holdsPassword(valueAt(values, path)))
    .map(({ path, variable }) => ({
      field: path,
      message: `must not hold a password, because a file is committed; set ${variable} in the environment instead`,
    }));
}

function holdsPassword(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { password, searchParams } = new URL(value);
  return password !== "" || [...searchParams.keys()].some((name) => /key|secret|token|password/i.test(name));
}

/** What stands at a path; undefined when nothing does. */
export function valueAt(values: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, step) => {
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    return isObject ? (value as Record<string, unknown>)[step] : undefined;
  }, values);
}

function join(path: readonly PropertyKey[], key: string): string {
  return [...path.map(String), key].join(".");
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
