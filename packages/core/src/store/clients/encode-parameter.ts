import type { Parameter } from "./statement.js";

/**
 * A parameter as Postgres reads it in text: string, number, boolean, Date, null, and arrays of these
 * (null inside an array included); bytes are sent as they are, in Postgres' binary form. One encoder for both clients,
 * so that they cannot differ: the drivers' own disagree on dates, and throw errors that quote the value.
 * @throws TypeError naming the type, never the value.
 */
export function encodeParameter(value: unknown): Parameter {
  if (value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return `{${value.map(encodeElement).join(",")}}`;
  return encodeScalar(value);
}

function encodeElement(element: unknown): string {
  if (element === null) return "NULL";
  return `"${encodeScalar(element).replace(/[\\"]/g, "\\$&")}"`;
}

function encodeScalar(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new TypeError(`A parameter of type ${typeof value} cannot be sent to Postgres; pass JSON as text.`);
}
