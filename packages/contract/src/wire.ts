import { PersistoValidationError } from "./errors.js";

/** Fields whose content belongs to the user: their keys are never re-cased. */
const opaqueFields = new Set(["metadata", "filters"]);

/** Whether a field's content belongs to the user. */
export function isOpaque(field: string): boolean {
  return opaqueFields.has(field);
}

/** `ttlSeconds` -> `ttl_seconds`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `ttl_seconds` -> `ttlSeconds`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A value of the TypeScript interface as it goes over the wire: snake_case keys, metadata and filters untouched. */
export function toWire(value: unknown): unknown {
  return renameKeys(value, snakeCase);
}

/**
 * A value from the wire as the TypeScript interface has it: camelCase keys, metadata and filters untouched.
 * @throws PersistoValidationError for a key that is not snake_case, which would otherwise pass as a second spelling.
 */
export function fromWire(value: unknown): unknown {
  return renameKeys(value, (key) => {
    if (/[A-Z]/.test(key) || key === "__proto__") {
      throw new PersistoValidationError([{ field: key, message: `unknown field; did you mean ${snakeCase(key)}?` }]);
    }
    return camelCase(key);
  });
}

function renameKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (typeof value !== "object" || value === null) return value;
  const renamed: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    renamed[rename(key)] = opaqueFields.has(key) ? item : renameKeys(item, rename);
  }
  return renamed;
}
