import { z } from "zod";

/** The schema of what stands at a path below another, not wrapped in `optional`; undefined where nothing may stand. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  const inner = unwrap(schema);
  const [step, ...rest] = path;
  if (step === undefined) return inner;
  if (inner instanceof z.ZodRecord) return schemaAt(inner.valueType, rest);
  if (!(inner instanceof z.ZodObject)) return undefined;
  const member: unknown = Object.hasOwn(inner.shape, step) ? inner.shape[String(step)] : undefined;
  return member instanceof z.ZodType ? schemaAt(member, rest) : undefined;
}

/** The names of what may stand in an object. */
export function fieldsOf(schema: z.core.$ZodType | undefined): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}
