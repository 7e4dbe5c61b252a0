import type { z } from "zod";
import { snakeCase } from "../../wire.js";
import { administrationOperations } from "../operations/administration-operations.js";
import { healthOperations } from "../operations/health-operations.js";
import type { Operation } from "../operations/operation.js";
import { operations as contractOperations } from "../operations/operations.js";
import { createComponents, type Components } from "./components.js";
import type { JsonSchema } from "./json-schema.js";
import { errorResponses, headers, responsesOf } from "./responses.js";

/** What a document is made of. */
export interface OpenApiOptions {
  /** Of the server. */
  version: string;
  /** By their operationId. Default: every route of the contract, administration and health. */
  operations?: Readonly<Record<string, Operation>>;
  /** Schemas inside those of the operations that are components of their own, by name. */
  schemas?: Readonly<Record<string, z.ZodType>>;
  /** Where the paths begin. Default `/v1`. */
  serverUrl?: string;
}

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  openapi: "3.1.1";
  info: JsonSchema;
  servers: { url: string }[];
  tags: { name: string }[];
  /** By path and, below it, by method in lower case. */
  paths: Record<string, Record<string, JsonSchema>>;
  components: Record<string, Record<string, JsonSchema>>;
  security: JsonSchema[];
}

const description = `Memory for LLM applications. JSON with snake_case names in UTF-8; names inside \`metadata\` and \`filters\` are yours
and keep their case. Texts hold no NUL and no lone surrogates. Errors are problem documents (RFC 9457) with a \`code\`
of a closed list. \`x-persisto-scope\` is the right that a key needs.`;

/** Every operation as an OpenAPI 3.1 document, from the schemas that requests are checked with. */
export function openApiDocument(options: OpenApiOptions): OpenApiDocument {
  const { version, operations = allOperations, schemas = {}, serverUrl = "/v1" } = options;
  const components = createComponents({ operations, schemas });
  const paths: OpenApiDocument["paths"] = {};
  for (const [name, operation] of Object.entries(operations)) {
    const path = (paths[templateOf(operation.path)] ??= {});
    path[operation.method.toLowerCase()] = operationObject(name, operation, components);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Persisto",
      version,
      description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(Object.values(operations).map(({ tag }) => tag))].map((tag) => ({ name: tag })),
    paths,
    components: {
      schemas: components.schemas,
      responses: errorResponses(operations),
      headers,
      parameters: { IdempotencyKey: idempotencyKey },
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key. It opens one project." },
      },
    },
    security: [{ apiKey: [] }],
  };
}

const idempotencyKey: JsonSchema = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A text of your own for this request, e.g. a UUID. Sent again within a day with the same key it is not done a second time, and is answered as the first (`Idempotent-Replayed: true`).",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

const allOperations: Readonly<Record<string, Operation>> = {
  ...contractOperations,
  ...administrationOperations,
  ...healthOperations,
};

function operationObject(name: string, operation: Operation, components: Components): JsonSchema {
  const { tag, summary, description: details, scope, body, answer, example } = operation;
  const parameters = [
    ...parameterObjects(name, operation, components),
    ...(operation.takesIdempotencyKey ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ];
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(details !== undefined && { description: details }),
    ...(scope === null ? { security: [] } : { "x-persisto-scope": scope }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: components.reference(body), example: example.body } },
      },
    }),
    responses: responsesOf(operation, components.reference(answer)),
  };
}

function parameterObjects(name: string, { path, example }: Operation, components: Components): JsonSchema[] {
  const { members, required } = components.parameters(name);
  const inPath = new Set(pathParameters(path));
  return Object.entries(members).map(([parameter, { description: text, ...schema }]) => {
    const value = example.parameters?.[parameter];
    const shown = value !== undefined && { example: value };
    return {
      name: parameter,
      in: inPath.has(parameter) ? "path" : "query",
      ...(text !== undefined && { description: text }),
      ...((inPath.has(parameter) || required.includes(parameter)) && { required: true }),
      // Filters travel as JSON text.
      ...("$ref" in schema ? { content: { "application/json": { schema, ...shown } } } : { schema, ...shown }),
    };
  });
}

/** `/memory/:id` -> `/memory/{id}`. */
function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, (_, name: string) => `{${snakeCase(name)}}`);
}

function pathParameters(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => snakeCase(name));
}
