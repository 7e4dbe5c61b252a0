import { z } from "zod";
import {
  apiKeySchema,
  auditEntrySchema,
  organisationAnswerSchema,
  projectAnswerSchema,
} from "../administration-responses.js";
import { filterConditionSchema, filtersSchema } from "../filters-schema.js";
import type { Operation } from "../operations/operation.js";
import {
  fieldIssueSchema,
  hitExplanationSchema,
  hitSchema,
  memoryRecordSchema,
  problemSchema,
  queryExplanationSchema,
  queryLogEntrySchema,
  savedMemorySchema,
  storedPassageSchema,
} from "../response-schemas.js";
import { passageInputSchema } from "../save-schemas.js";
import { metadataSchema, retrievalProfileSchema } from "../schemas.js";
import { isObject, type JsonSchema } from "./json-schema.js";
import { describeMember, toWireSchema } from "./to-wire-schema.js";

/** Schemas of the document by name: each is told once and referred to everywhere else. */
export interface Components {
  schemas: Record<string, JsonSchema>;
  /** A reference to the schema of an operation's body or answer. */
  reference(schema: z.ZodType): JsonSchema;
  /** The parameters of an operation, which are no component, as the members of one object. */
  parameters(name: string): { members: Record<string, JsonSchema>; required: readonly string[] };
}

/** What components are made of. */
export interface ComponentSources {
  operations: Readonly<Record<string, Operation>>;
  /** Schemas inside those of the operations that get a name of their own, beside what the contract shares. */
  schemas: Readonly<Record<string, z.ZodType>>;
}

/** What several operations share, or is worth a name. */
const shared = {
  Memory: memoryRecordSchema,
  SavedMemory: savedMemorySchema,
  Passage: storedPassageSchema,
  PassageInput: passageInputSchema,
  Hit: hitSchema,
  HitExplanation: hitExplanationSchema,
  QueryExplanation: queryExplanationSchema,
  QueryLogEntry: queryLogEntrySchema,
  RetrievalProfile: retrievalProfileSchema,
  Metadata: metadataSchema,
  Filters: filtersSchema,
  FilterCondition: filterConditionSchema,
  Organisation: organisationAnswerSchema,
  Project: projectAnswerSchema,
  ApiKey: apiKeySchema,
  AuditEntry: auditEntrySchema,
  Problem: problemSchema,
  FieldIssue: fieldIssueSchema,
};

/** Components with names of the user's, or of operators, which are in camelCase on the wire too. */
const opaque = new Set(["Metadata", "Filters", "FilterCondition"]);

/** The schemas of these operations and of everything in them. */
export function createComponents({ operations, schemas: named }: ComponentSources): Components {
  const names = z.registry<{ id: string }>();
  const add = (id: string, schema: z.ZodType | undefined): void => {
    if (schema !== undefined && !names.has(schema)) names.add(schema, { id });
  };
  for (const [id, schema] of Object.entries({ ...shared, ...named })) add(id, schema);
  for (const [name, { parameters, body, answer }] of Object.entries(operations)) {
    // A copy, because operations may share a schema.
    add(parametersId(name), parameters && z.strictObject(parameters.shape));
    add(`${capitalized(name)}Body`, body);
    add(`${capitalized(name)}Answer`, answer);
  }
  const schemas = wireSchemas(names);
  const parameterIds = new Set(Object.keys(operations).map(parametersId));
  return {
    schemas: Object.fromEntries(Object.entries(schemas).filter(([id]) => !parameterIds.has(id))),
    reference: (schema) => ({ $ref: uri(names.get(schema)!.id) }),
    parameters(name) {
      const { properties = {}, required = [] } = schemas[parametersId(name)] ?? {};
      return { members: properties as Record<string, JsonSchema>, required: required as string[] };
    },
  };
}

function wireSchemas(names: z.core.$ZodRegistry<{ id: string }>): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(names, { uri, io: "input", override: tidy });
  const entries = Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => {
    return [id, opaque.has(id) ? describeMembers(schema, id) : toWireSchema(schema, id)] as const;
  });
  return Object.fromEntries(entries);
}

/** Members with descriptions, without another name. */
function describeMembers(schema: JsonSchema, id: string): JsonSchema {
  const { properties } = schema;
  if (!isObject(properties)) return schema;
  const described = Object.entries(properties).map(([name, member]) => {
    return [name, { ...describeMember(name, id), ...(member as JsonSchema) }] as const;
  });
  return { ...schema, properties: Object.fromEntries(described) };
}

/** Of every record zod says that its keys are strings, which JSON knows, and of every integer that it is a safe one. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (JSON.stringify(jsonSchema.propertyNames) === '{"type":"string"}') delete jsonSchema.propertyNames;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}

function parametersId(name: string): string {
  return `${capitalized(name)}Parameters`;
}

function uri(id: string): string {
  return `#/components/schemas/${id}`;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
