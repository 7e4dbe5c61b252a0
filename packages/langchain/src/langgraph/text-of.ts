import type { JsonValue, Metadata } from "@persisto/contract";

/** The texts of a value that are searched by meaning: at paths like `title`, `parts[0].text`, `parts[*].text`, or all of it at `$`. */
export function textOf(value: Metadata, fields: readonly string[]): string {
  return fields.flatMap((field) => (field === "$" ? linesOf(value) : textsAt(value, stepsOf(field)))).join("\n");
}

/** `a.b[0]` goes by a, b, [0]. */
function stepsOf(field: string): string[] {
  return field.replaceAll("[", ".[").split(".").filter(Boolean);
}

function textsAt(value: JsonValue | undefined, [step, ...others]: readonly string[]): string[] {
  if (step === undefined) return linesOf(value);
  const [, index] = /^\[(.*)\]$/.exec(step) ?? [];
  if (index !== undefined) {
    if (!Array.isArray(value)) return [];
    const items = index === "*" ? value : [value.at(Number(index)) ?? null];
    return items.flatMap((item) => textsAt(item, others));
  }
  return isObject(value) && Object.hasOwn(value, step) ? textsAt(value[step], others) : [];
}

/** A text for itself, an object as `key: value` lines: brackets and quotes only blur what it means. */
function linesOf(value: JsonValue | undefined, name?: string): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => linesOf(item, name));
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => linesOf(item, key));
  return [name === undefined ? String(value) : `${name}: ${String(value)}`];
}

function isObject(value: JsonValue | undefined): value is Metadata {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
