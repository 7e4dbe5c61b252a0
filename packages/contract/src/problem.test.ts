import { describe, expect, test } from "vitest";
import { PersistoError, PersistoValidationError } from "./errors.js";
import { fromProblem, toProblem, withFieldRenamed } from "./problem.js";

const unprocessable = { code: "unprocessable", detail: "It is wrong.", request_id: "r-1" };

describe("a problem document of a validation error", () => {
  test("becomes the error it was made of", () => {
    const error = new PersistoValidationError([{ field: "ttlSeconds", message: "must be above 0" }]);
    const problem = toProblem(error, "r-1");
    expect(problem.errors).toEqual([{ field: "ttl_seconds", message: "must be above 0" }]);
    expect(fromProblem(problem)).toMatchObject({ message: error.message, details: error.details, requestId: "r-1" });
  });

  test("keeps the errors that are well-formed", () => {
    const good = { field: "content", message: "is required", colour: "red" };
    const errors = [null, 5, "text", [], { field: "k" }, { field: 1, message: "m" }, { message: "m" }, good];
    expect(fromProblem({ ...unprocessable, errors })?.details.issues).toEqual([
      { field: "content", message: "is required" },
    ]);
  });

  test.each([[undefined], [null], [{}], ["text"], [[]], [[null]]])(
    "says its detail when its errors are %j",
    (errors) => {
      expect(fromProblem({ ...unprocessable, errors })).toMatchObject({
        code: "unprocessable",
        message: "It is wrong.",
        details: { issues: [{ field: "", message: "It is wrong." }] },
      });
    },
  );

  test("leaves out other members of a wrong type", () => {
    const wrong = { request_id: 5, resource: 5, retry_after: "5", outcome_unknown: "true" };
    const problem = { ...unprocessable, code: "unavailable", ...wrong };
    const error = fromProblem(problem);
    expect(error).toMatchObject({ code: "unavailable", details: {} });
    expect(error?.requestId).toBeUndefined();
  });
});

describe("an error about a field of another name", () => {
  const rename = (error: Error) =>
    withFieldRenamed({ from: "filters", to: "metadata" }, async () => {
      throw error;
    });

  test("keeps everything but the name", async () => {
    const cause = new Error("inner");
    const issues = [
      { field: "filters.filters", message: "is odd" },
      { field: "filters", message: "is odd" },
      { field: "ids", message: "is odd" },
    ];
    const options = { code: "too_large", cause, retryable: true, requestId: "r-1" } as const;
    await expect(rename(new PersistoValidationError(issues, options))).rejects.toMatchObject({
      ...options,
      message: "metadata.filters: is odd; metadata: is odd; ids: is odd",
      details: { issues: [{ field: "metadata.filters" }, { field: "metadata" }, { field: "ids" }] },
    });
  });

  test.each([[new PersistoError("unavailable", "Gone.")], [new TypeError("odd")]])(
    "is thrown as it is when it names no fields: %s",
    async (error) => {
      await expect(rename(error)).rejects.toBe(error);
    },
  );

  test("is none when the call succeeds", async () => {
    expect(await withFieldRenamed({ from: "a", to: "b" }, async () => 5)).toBe(5);
  });
});
