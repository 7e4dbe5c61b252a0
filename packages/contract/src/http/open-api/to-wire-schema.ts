import { isOpaque, snakeCase } from "../../wire.js";
import { descriptions } from "./descriptions.js";
import { isObject, type JsonSchema } from "./json-schema.js";

/**
 * The JSON Schema of a value of the TypeScript interface as that of the same value on the wire: members in snake_case,
 * each with its description. What lies in metadata and filters has the user's names and stays as it is.
 *
 * @param holder what the members belong to, for those whose description depends on it
 */
export function toWireSchema(schema: JsonSchema, holder: string): JsonSchema {
  const wire = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (keyword === "properties" && isObject(value)) return [keyword, wireProperties(value, holder)];
    if (keyword === "required" && Array.isArray(value)) return [keyword, value.map(wireName)];
    return [keyword, nested(value, holder)];
  });
  return Object.fromEntries(wire);
}

/** What is known about a member of a holder. */
export function describeMember(name: string, holder: string): { description?: string } {
  const description = descriptions[`${holder}.${name}`] ?? descriptions[name];
  return description === undefined ? {} : { description };
}

function wireProperties(properties: JsonSchema, holder: string): JsonSchema {
  const wire = Object.entries(properties).map(([member, schema]): [string, unknown] => {
    const name = snakeCase(member);
    const inside = isObject(schema) && !isOpaque(member) ? toWireSchema(schema, name) : schema;
    return [name, { ...describeMember(name, holder), ...(inside as JsonSchema) }];
  });
  return Object.fromEntries(wire);
}

function nested(value: unknown, holder: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => nested(item, holder));
  return isObject(value) ? toWireSchema(value, holder) : value;
}

function wireName(name: unknown): unknown {
  return typeof name === "string" ? snakeCase(name) : name;
}
