import type { OpenApiDocument } from "@persisto/contract/http";
import fc from "fast-check";
import { jsonSchemaArbitrary, type Hints, type Schema } from "./json-schema-arbitrary.js";

/** An operation of the document and where it stands. */
export interface DocumentOperation {
  id: string;
  /** What a key needs for it; undefined where none is asked for. */
  scope: string | undefined;
  method: string;
  /** With names in braces. */
  template: string;
  /** Names in the path. */
  pathParameters: readonly string[];
  parameters: Schema;
  body: Schema | undefined;
  answer: Schema;
  statuses: ReadonlySet<string>;
}

/** A request as the document describes it, before it becomes bytes. */
export interface ModelRequest {
  operation: string;
  parameters: Record<string, unknown>;
  /** Absent for operations without a body. */
  body?: unknown;
}

/** Every operation of the document. */
export function operationsOf({ paths }: OpenApiDocument): DocumentOperation[] {
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      // A reference is to a header, which is not of the operation alone.
      const parameters = ((operation["parameters"] ?? []) as Parameter[]).filter((each) => "name" in each);
      const responses = operation["responses"] as Record<string, Content>;
      const body = operation["requestBody"] as Content | undefined;
      return {
        id: String(operation["operationId"]),
        scope: operation["x-persisto-scope"] as string | undefined,
        method: method.toUpperCase(),
        template,
        pathParameters: parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name),
        parameters: {
          type: "object",
          properties: Object.fromEntries(parameters.map((each) => [each.name, each.schema ?? schemaOf(each)])),
          required: parameters.filter(({ required }) => required).map(({ name }) => name),
        },
        body: body && schemaOf(body),
        answer: schemaOf(responses["200"]!),
        statuses: new Set(Object.keys(responses)),
      };
    }),
  );
}

/** Requests that keep every rule of the document, each operation as often as the others. */
export function validRequests(document: OpenApiDocument, hints: Hints): fc.Arbitrary<ModelRequest> {
  const components = document.components as Record<string, Record<string, Schema>>;
  const values = (schema: Schema) => jsonSchemaArbitrary(schema, { components, hints });
  return fc.oneof(
    ...operationsOf(document).map(({ id, parameters, body }) =>
      fc.record({
        operation: fc.constant(id),
        parameters: values(parameters) as fc.Arbitrary<Record<string, unknown>>,
        ...(body && { body: values(body) }),
      }),
    ),
  );
}

/** Every number that the document sets as a bound. */
export function boundsOf(document: OpenApiDocument): number[] {
  const bounds = new Set<number>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [keyword, item] of Object.entries(value)) {
      if (typeof item === "number" && /^(exclusive)?(min|max)/i.test(keyword)) bounds.add(item);
      else visit(item);
    }
  };
  visit(document);
  return [...bounds].toSorted((left, right) => left - right);
}

interface Content {
  content: Record<string, { schema: Schema }>;
}

interface Parameter extends Content {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

function schemaOf({ content }: Content): Schema {
  return content["application/json"]!.schema;
}
