import fc from "fast-check";

/** A schema of the document. */
export type Schema = Readonly<Record<string, unknown>>;

/** Values by the name of a member, where a random one would only ever be refused for being unknown. */
export type Hints = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const dates = fc.oneof(
  fc
    .date({ min: new Date("0001-01-02T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom("2026-01-31", "2024-02-29", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00"),
);

const texts = fc.oneof(
  fc.constantFrom("tea", "The user prefers concise summaries.", "Grüße an 東京", "a'b\"c\\d", "%_[]{}", "-1", "null"),
  fc.string({ unit: "grapheme", maxLength: 24 }),
);

/** Lists and objects below this depth are as small as they may be: filters hold filters. */
const maxDepth = 4;

/** Values that a schema of the document allows. */
export function jsonSchemaArbitrary(
  schema: Schema,
  { components, hints = {} }: { components: Record<string, Record<string, Schema>>; hints?: Hints },
): fc.Arbitrary<unknown> {
  const resolve = (part: Schema): Schema => {
    if (typeof part["$ref"] !== "string") return part;
    const [, , kind = "", name = ""] = part["$ref"].split("/");
    return { ...components[kind]?.[name], ...part };
  };

  const build = (part: Schema, depth: number): fc.Arbitrary<unknown> => {
    const rule = resolve(part);
    if (Array.isArray(rule["enum"])) return fc.constantFrom(...(rule["enum"] as unknown[]));
    if ("const" in rule) return fc.constant(rule["const"]);
    if (Array.isArray(rule["type"])) {
      return fc.oneof(...(rule["type"] as string[]).map((type) => build({ ...rule, type }, depth)));
    }
    switch (rule["type"]) {
      case "object":
        return object(rule, depth);
      case "array":
        return list(rule, depth);
      case "string":
        return text(rule);
      case "integer":
        return fc.integer({
          min: numberOf(rule, "minimum", -1_000),
          max: Math.min(numberOf(rule, "maximum", 1_000), 1e9),
        });
      case "number":
        return fc.double({ min: lowest(rule), max: numberOf(rule, "maximum", 1e6), noNaN: true });
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      default:
        return Array.isArray(rule["anyOf"]) ? union(rule["anyOf"] as Schema[], depth) : fc.jsonValue({ maxDepth: 2 });
    }
  };

  const union = (options: readonly Schema[], depth: number): fc.Arbitrary<unknown> => {
    // The kinds that hold themselves come last, and not at all where it is deep enough.
    const shallow = depth < maxDepth ? options : options.slice(0, 1);
    return fc.oneof(...shallow.map((option) => build(option, depth + 1)));
  };

  const object = (rule: Schema, depth: number): fc.Arbitrary<unknown> => {
    const properties = Object.entries((rule["properties"] ?? {}) as Record<string, Schema>);
    const required = (rule["required"] ?? []) as string[];
    const isOpen = depth < maxDepth || numberOf(rule, "minProperties", 0) > 0;
    const known = isOpen ? properties : properties.filter(([name]) => required.includes(name));
    const members = known.map(([name, member]) => [name, hints[name] ?? build(member, depth + 1)] as const);
    const named = fc.record(Object.fromEntries(members), { requiredKeys: required, noNullPrototype: true });
    const others = rule["additionalProperties"];
    const whole =
      typeof others === "object" && depth < maxDepth
        ? fc
            .tuple(
              named,
              fc.dictionary(texts, build(others as Schema, depth + 1), { maxKeys: 3, noNullPrototype: true }),
            )
            .map(([ours, theirs]) => ({ ...theirs, ...ours }))
        : named;
    return whole.filter((value) => satisfies(value, rule));
  };

  const list = (rule: Schema, depth: number): fc.Arbitrary<unknown> => {
    const minLength = numberOf(rule, "minItems", 0);
    const maxLength = Math.min(numberOf(rule, "maxItems", 4), depth < maxDepth ? Math.max(4, minLength) : minLength);
    return fc.array(build((rule["items"] ?? {}) as Schema, depth + 1), { minLength, maxLength });
  };

  return build(schema, 0);
}

function text(rule: Schema): fc.Arbitrary<string> {
  const pattern = typeof rule["pattern"] === "string" ? new RegExp(rule["pattern"], "u") : /(?:)/;
  const source = pattern.test("tea") ? texts : dates;
  return source.filter(
    (value) =>
      pattern.test(value) &&
      value.length >= numberOf(rule, "minLength", 0) &&
      value.length <= numberOf(rule, "maxLength", 1_000),
  );
}

/** The keywords of objects that are about several members. */
function satisfies(value: object, rule: Schema): boolean {
  const names = Object.keys(value);
  const has = (option: Schema): boolean => (option["required"] as string[]).every((name) => names.includes(name));
  const forbidden = rule["not"] as Schema | undefined;
  const unwanted = (rule["propertyNames"] as { not?: { enum?: string[] } } | undefined)?.not?.enum ?? [];
  return (
    names.length >= numberOf(rule, "minProperties", 0) &&
    (!Array.isArray(rule["anyOf"]) || (rule["anyOf"] as Schema[]).some(has)) &&
    (forbidden === undefined || !has(forbidden)) &&
    !names.some((name) => unwanted.includes(name))
  );
}

function lowest(rule: Schema): number {
  return typeof rule["exclusiveMinimum"] === "number"
    ? rule["exclusiveMinimum"] + 1e-6
    : numberOf(rule, "minimum", -1e6);
}

function numberOf(rule: Schema, keyword: string, otherwise: number): number {
  const value = rule[keyword];
  return typeof value === "number" ? value : otherwise;
}
