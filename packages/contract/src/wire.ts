import { PersistoValidationError } from "./errors.js";

/** Fields whose content belongs to the user: their keys are never re-cased. */
const opaqueFields = new Set(["metadata", "filters"]);

/** Whether a field's content belongs to the user. */
export function isOpaque(field: string): boolean {
  return opaqueFields.has(field);
}

/** `ttlSeconds` -> `ttl_seconds`. */
export function snakeCase(name: string): string {
  // Most names have one word.
  if (!/[A-Z]/.test(name)) return name;
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `ttl_seconds` -> `ttlSeconds`. */
export function camelCase(name: string): string {
  if (!name.includes("_")) return name;
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * An object of the TypeScript interface as it goes over the wire: snake_case keys, metadata and filters untouched.
 * @throws PersistoValidationError for a key with an underscore, which the wire would take for a second spelling.
 */
export function toWire(value: object): Record<string, unknown> {
  return renameObject(value, "", (key, path) => {
    if (key.includes("_")) throw unknownField(key, path);
    return snakeCase(key);
  });
}

/**
 * An object from the wire as the TypeScript interface has it: camelCase keys, metadata and filters untouched.
 * @throws PersistoValidationError for a key that is not snake_case, which would otherwise pass as a second spelling.
 */
export function fromWire(value: object): Record<string, unknown> {
  return renameObject(value, "", (key, path) => {
    if (/[A-Z]/.test(key) || key === "__proto__") throw unknownField(key, path);
    return camelCase(key);
  });
}

/** The new name of a key of the object at `path`. */
type Rename = (key: string, path: string) => string;

/** The message has the key as it was sent, because errors change the case of `field` on their way to the user. */
function unknownField(key: string, path: string): PersistoValidationError {
  return new PersistoValidationError([{ field: fieldOf(key, path), message: `unknown field "${key}"` }]);
}

function fieldOf(key: string, path: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function renameObject(value: object, path: string, rename: Rename): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    // Both directions refuse `__proto__`, the one name that could not be assigned.
    renamed[rename(key, path)] =
      isNested(item) && !opaqueFields.has(key) ? renameNested(item, fieldOf(key, path), rename) : item;
  }
  return renamed;
}

function renameNested(value: object, path: string, rename: Rename): unknown {
  if (!Array.isArray(value)) return renameObject(value, path, rename);
  // Vectors are long; nothing in them has a name, so nothing needs a path.
  return value.map((item: unknown, index) => (isNested(item) ? renameNested(item, `${path}[${index}]`, rename) : item));
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
