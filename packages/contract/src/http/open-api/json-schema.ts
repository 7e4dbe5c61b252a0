/** A JSON Schema as the document has it. */
export type JsonSchema = { [keyword: string]: unknown };

/** Whether a value is a schema or another object of keywords. */
export function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
