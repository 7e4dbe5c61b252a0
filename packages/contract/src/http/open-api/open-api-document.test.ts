import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createDocumentChecker } from "../../../test/document-checker.js";
import { errorCodes } from "../../errors.js";
import { administrationRoutes, routes } from "../../routes.js";
import { administrationOperations } from "../operations/administration-operations.js";
import type { Operation } from "../operations/operation.js";
import { operations } from "../operations/operations.js";
import { isObject, type JsonSchema } from "./json-schema.js";
import { openApiDocument, type OpenApiDocument } from "./open-api-document.js";

const document = openApiDocument({ version: "1.2.3" });
const check = createDocumentChecker(document);

/** The document as it goes over the wire. */
function toJson(value: OpenApiDocument): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

/** Every operation of a document: those below a path are its methods. */
function operationsOf({ paths }: OpenApiDocument): { path: string; method: string; operation: JsonSchema }[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Every value in the document that is an object, with where it is. */
function walk(value: unknown, path: string, visit: (object: JsonSchema, path: string) => void): void {
  if (isObject(value)) visit(value, path);
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) walk(item, `${path}/${key}`, visit);
}

test("the document is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(toJson(document));
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
});

test("the validator would refuse what is no OpenAPI", async () => {
  const broken = structuredClone(document);
  delete broken.paths["/memory/save"]!["post"]!["responses"];
  broken.paths["memory"] = { fetch: {} };
  expect((await new Validator().validate(toJson(broken))).valid).toBe(false);
});

test("every route of the contract is in it, with the right that a key needs", () => {
  const found = operationsOf(document).filter(({ operation }) => Object.hasOwn(operation, "x-persisto-scope"));
  const scopes = found.map(({ operation }) => [operation["operationId"], operation["x-persisto-scope"]]);
  expect(Object.fromEntries(scopes)).toEqual({
    save: "memories:write",
    saveMany: "memories:write",
    update: "memories:write",
    configureNamespace: "memories:write",
    query: "memories:read",
    get: "memories:read",
    list: "memories:read",
    listNamespaces: "memories:read",
    delete: "memories:delete",
    deleteOne: "memories:delete",
    deleteNamespace: "memories:delete",
    listQueries: "queries:read",
    createOrganisation: "operator",
    listOrganisations: "operator",
    deleteOrganisation: "operator",
    verifyAudit: "operator",
    createProject: "operator",
    listProjects: "operator",
    deleteProject: "operator",
    getProject: "project:admin",
    updateProject: "project:admin",
    listAudit: "project:admin",
    getUsage: "usage:read",
    getQuotas: "usage:read",
    setQuotas: "operator",
    createKey: "keys:admin",
    listKeys: "keys:admin",
    revokeKey: "keys:admin",
    rotateKey: "keys:admin",
    createToken: "any API key",
  });
  const described: Record<string, Operation> = { ...operations, ...administrationOperations };
  for (const [name, { method, path }] of Object.entries({ ...routes, ...administrationRoutes })) {
    expect(described[name]).toMatchObject({ method, path });
  }
});

test("every reference leads to a component, and every component is referred to", () => {
  const references = new Set<string>();
  walk(document, "", ({ $ref }) => void (typeof $ref === "string" && references.add($ref)));
  const components = Object.entries(document.components).flatMap(([kind, byName]) =>
    Object.keys(byName).map((name) => `#/components/${kind}/${name}`),
  );
  const used = [...references, "#/components/securitySchemes/apiKey"];
  expect(components.toSorted()).toEqual(used.toSorted());
});

test("every member of a body, an answer and every parameter says what it is", () => {
  const silent: string[] = [];
  walk(document.components["schemas"], "", ({ properties }, path) => {
    if (!isObject(properties)) return;
    for (const [name, member] of Object.entries(properties)) {
      if (!isObject(member) || typeof member["description"] !== "string") silent.push(`${path}/${name}`);
    }
  });
  walk(document.paths, "", (object, path) => {
    if (typeof object["in"] === "string" && typeof object["description"] !== "string") silent.push(path);
  });
  expect(silent).toEqual([]);
});

test("names are the wire's; those of operators and of the user's metadata are left alone", () => {
  const camel = new Set<string>();
  walk(document.components["schemas"], "", ({ properties }) => {
    for (const name of Object.keys(isObject(properties) ? properties : {})) if (/[A-Z]/.test(name)) camel.add(name);
  });
  expect([...camel].toSorted()).toEqual(["containsAll", "containsAny", "startsWith"]);
  expect(document.components["schemas"]!["QueryBody"]!["properties"]).toHaveProperty("group_by");
  expect(document.components["schemas"]!["SaveAnswer"]!["required"]).toContain("expires_at");
});

test("bodies say which rules a request must keep", () => {
  const issue = (body: string, value: object) => check({ $ref: `#/components/schemas/${body}` }, value);
  expect(issue("SaveBody", { namespace: "n", content: "c", ttl_seconds: null, metadata: { anyKey: 1 } })).toBe("");
  for (const wrong of [
    { namespace: "n" },
    { namespace: "n", content: " " },
    { namespace: "a\nb", content: "c" },
    { namespace: "n", content: "c", id: ".." },
    { namespace: "n", content: "c", ttlSeconds: 5 },
    { namespace: "n", content: "c", ttl_seconds: 0 },
  ]) {
    expect(issue("SaveBody", wrong), JSON.stringify(wrong)).not.toBe("");
  }
  expect(issue("QueryBody", { namespace: "n" })).not.toBe("");
  expect(issue("QueryBody", { namespace: "n", query: "q", mode: "strict", profile: {} })).not.toBe("");
  expect(issue("DeleteBody", { namespace: "n" })).not.toBe("");
  expect(issue("UpdateBody", {})).not.toBe("");
});

test("filters have their whole grammar", () => {
  const issue = (filters: object) => check({ $ref: "#/components/schemas/Filters" }, filters);
  for (const right of [
    {},
    { a: 1, b: { gte: 2, lt: { date: "2026-01-31" } }, c: { d: { in: [1, null] } } },
    { and: [{ a: 1 }, {}], or: [], not: { a: { exists: true } } },
    { and: "x", or: { eq: 1 } },
  ]) {
    expect(issue(right), JSON.stringify(right)).toBe("");
  }
  for (const wrong of [{ a: [] }, { a: {} }, { a: { eq: 1, b: 2 } }, { and: [1] }, { not: [] }, { a: { gt: null } }]) {
    expect(issue(wrong), JSON.stringify(wrong)).not.toBe("");
  }
});

describe.each(operationsOf(document))("$method $path", ({ path, operation }) => {
  const body = (operation["requestBody"] as { content: Record<string, MediaType> } | undefined)?.content;
  const responses = operation["responses"] as Record<string, { content: Record<string, MediaType> }>;

  test("has examples that keep its own schemas", () => {
    const { schema, example } = responses["200"]!.content["application/json"]!;
    expect(check(schema, example)).toBe("");
    if (body) expect(check(body["application/json"]!.schema, body["application/json"]!.example)).toBe("");
    for (const parameter of (operation["parameters"] ?? []) as Parameter[]) {
      const { schema: rule, example: value } = parameter.content?.["application/json"] ?? parameter;
      if (value !== undefined) expect(check(rule!, value), parameter.name).toBe("");
    }
  });

  test("names its path's parameters", () => {
    const inPath = ((operation["parameters"] ?? []) as Parameter[]).filter((parameter) => parameter.in === "path");
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
  });
});

test("errors are problem documents with a code of the closed list", () => {
  const schema = { $ref: "#/components/schemas/Problem" };
  const codes = new Set<string>();
  for (const response of Object.values(document.components["responses"]!)) {
    const { examples } = (response["content"] as Record<string, { examples: Record<string, { value: unknown }> }>)[
      "application/problem+json"
    ]!;
    for (const [code, { value }] of Object.entries(examples)) {
      codes.add(code);
      expect(check(schema, value)).toBe("");
      expect(check(schema, { ...(value as object), code: "teapot" })).not.toBe("");
    }
  }
  expect([...codes].toSorted()).toEqual(Object.keys(errorCodes).toSorted());
});

test("tables of other routes join in, with components of their own", async () => {
  const key = z.strictObject({ keyId: z.string(), namespace: z.string() });
  const added = openApiDocument({
    version: "1.2.3",
    operations: {
      ...operations,
      readKey: {
        method: "GET",
        path: "/keys/:keyId",
        tag: "Keys",
        summary: "Read a key",
        scope: "keys:read",
        parameters: z.strictObject({ keyId: z.string() }),
        answer: z.strictObject({ keys: z.array(key) }),
        errors: ["not_found"],
        example: { answer: { keys: [] } },
      },
    },
    schemas: { Key: key },
  });
  expect((await new Validator().validate(toJson(added))).valid).toBe(true);
  expect(added.paths["/keys/{key_id}"]!["get"]).toMatchObject({ "x-persisto-scope": "keys:read" });
  expect(added.components["schemas"]!["Key"]).toMatchObject({ required: ["key_id", "namespace"] });
});

interface MediaType {
  schema: JsonSchema;
  example?: unknown;
}

interface Parameter extends Partial<MediaType> {
  name: string;
  in: string;
  content?: Record<string, MediaType>;
}
