import { errorCodes, PersistoError, type ErrorCode } from "../../errors.js";
import { toProblem } from "../../problem.js";
import { errorsOf, type Operation } from "../operations/operation.js";
import { errorDescriptions } from "./descriptions.js";
import type { JsonSchema } from "./json-schema.js";

const requestId = { $ref: "#/components/headers/RequestId" };

/** Headers that answers refer to. */
export const headers = {
  RequestId: {
    description: "The server's id of the request, for its logs.",
    schema: { type: "string", format: "uuid" },
  },
  RetryAfter: { description: "Seconds to wait before trying again.", schema: { type: "integer", minimum: 0 } },
};

/** Every answer of an operation by its status: success, and each code it can fail with. */
export function responsesOf(operation: Operation, answer: JsonSchema): Record<string, JsonSchema> {
  const success = {
    description: "Done.",
    headers: { "X-Request-Id": requestId },
    content: { "application/json": { schema: answer, example: operation.example.answer } },
  };
  const failures = Object.entries(byStatus(errorsOf(operation))).map(
    ([status, codes]) => [status, { $ref: `#/components/responses/${responseName(codes)}` }] as const,
  );
  return { "200": success, ...Object.fromEntries(failures) };
}

/** The answers that the operations refer to. */
export function errorResponses(operations: Readonly<Record<string, Operation>>): Record<string, JsonSchema> {
  const groups = Object.values(operations).flatMap((operation) => Object.values(byStatus(errorsOf(operation))));
  return Object.fromEntries(groups.map((codes) => [responseName(codes), errorResponse(codes)]));
}

function byStatus(codes: readonly ErrorCode[]): Record<string, ErrorCode[]> {
  const groups: Record<string, ErrorCode[]> = {};
  for (const code of codes) (groups[errorCodes[code].status] ??= []).push(code);
  return groups;
}

/** Two codes can share a status. */
function responseName(codes: readonly ErrorCode[]): string {
  return codes.join("_or_");
}

function errorResponse(codes: readonly ErrorCode[]): JsonSchema {
  const mayRetry = codes.some((code) => errorCodes[code].retryable);
  return {
    description: codes.map((code) => `\`${code}\`: ${errorDescriptions[code]}`).join("\n\n"),
    headers: {
      "X-Request-Id": requestId,
      ...(mayRetry && { "Retry-After": { $ref: "#/components/headers/RetryAfter" } }),
    },
    content: {
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code) }])),
      },
    },
  };
}

function exampleProblem(code: ErrorCode): object {
  const issues = [{ field: "ttlSeconds", message: "must be at least 1" }];
  const details = {
    ...(code === "unprocessable" && { issues }),
    ...(code === "not_found" && { resource: "memory" as const }),
  };
  const detail = code === "unprocessable" ? "ttl_seconds: must be at least 1" : errorDescriptions[code];
  return toProblem(new PersistoError(code, detail, { details }), "3f6c1c0e-8a51-4f0f-9d0c-6f4f7b8a2f11");
}
