import { errorCodes, type ErrorCode, type Problem } from "@persisto/contract";
import { expect } from "vitest";
import type { TestAnswer } from "./test-server.js";

/** Expects a whole and well-formed problem document with this code, and gives it for a closer look. */
export function expectProblem(answer: TestAnswer, code: ErrorCode): Problem {
  const { status, title } = errorCodes[code];
  expect(answer.body, answer.text).toMatchObject({
    type: `urn:persisto:error:${code}`,
    title,
    status,
    code,
    detail: expect.stringMatching(/./),
    request_id: answer.headers["x-request-id"],
  });
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|\bat [\w.]+ \(/);
  return answer.body as Problem;
}

/** Expects 422 with an issue on this field, in wire names. */
export function expectInvalid(answer: TestAnswer, field: string): Problem {
  const problem = expectProblem(answer, "unprocessable");
  expect(problem.errors?.map((issue) => issue.field)).toContain(field);
  return problem;
}
