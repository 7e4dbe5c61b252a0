import { jsonSchema, type JSONSchema7, type Schema } from "ai";

/** One argument of a tool. */
export interface InputField {
  type: "string" | "integer";
  description: string;
  optional?: true;
  minimum?: number;
  maximum?: number;
}

/**
 * The schema of a tool's arguments, and the check that they meet it: the AI SDK hands JSON Schema to the model but does
 * not check answers by it. An argument that is not listed is refused, so a model cannot smuggle in, say, a namespace.
 */
export function inputSchema<Input extends object>(fields: Record<keyof Input & string, InputField>): Schema<Input> {
  const entries = Object.entries<InputField>(fields);
  const schema: JSONSchema7 = {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, field]) => [name, toProperty(field)])),
    required: entries.filter(([, field]) => !field.optional).map(([name]) => name),
    additionalProperties: false,
  };
  return jsonSchema<Input>(schema, {
    validate(value) {
      const issues = [...findIssues(value, fields)];
      if (issues.length > 0) return { success: false, error: new Error(issues.join("; ")) };
      // A model that must name every argument sends null for none.
      const given = Object.entries(value as object).filter(([, argument]) => argument !== null);
      return { success: true, value: Object.fromEntries(given) as Input };
    },
  });
}

function toProperty({ type, description, minimum, maximum }: InputField): JSONSchema7 {
  return { type, description, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

function* findIssues(value: unknown, fields: Record<string, InputField>): Generator<string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield "the arguments must be an object";
    return;
  }
  const given = new Map<string, unknown>(Object.entries(value));
  for (const name of given.keys()) {
    if (!Object.hasOwn(fields, name)) yield `${name} is not an argument of this tool`;
  }
  for (const [name, field] of Object.entries(fields)) {
    const argument = given.get(name) ?? undefined;
    if (argument === undefined && field.optional) continue;
    if (!meets(argument, field)) yield `${name} must be ${wanted(field)}`;
  }
}

function meets(argument: unknown, { type, minimum = -Infinity, maximum = Infinity }: InputField): boolean {
  if (type === "string") return typeof argument === "string" && argument.trim() !== "";
  return Number.isInteger(argument) && Number(argument) >= minimum && Number(argument) <= maximum;
}

function wanted({ type, minimum, maximum }: InputField): string {
  return type === "string" ? "a text that is not blank" : `an integer from ${minimum} to ${maximum}`;
}
