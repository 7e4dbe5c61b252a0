import { isPersistoError, type ErrorCode, type PersistoError } from "@persisto/contract";
import { expect } from "vitest";

/** Expects a call to reject with one of the codes, and gives the error for a closer look. */
export async function expectRejection(
  call: Promise<unknown>,
  ...codes: readonly [ErrorCode, ...ErrorCode[]]
): Promise<PersistoError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("value" in outcome) {
    return expect.fail(`expected ${codes.join(" or ")}, but the call gave ${JSON.stringify(outcome.value)}`);
  }
  const { error } = outcome;
  if (!isPersistoError(error)) throw new Error(`expected a PersistoError, but got ${String(error)}`, { cause: error });
  expect(codes, `${error.code}: ${error.message}`).toContain(error.code);
  return error;
}

/** Expects a call to be refused for the input, by an issue with this field. */
export async function expectInvalid(
  call: Promise<unknown>,
  field: string | RegExp,
  code: "unprocessable" | "too_large" = "unprocessable",
): Promise<void> {
  const error = await expectRejection(call, code);
  const fields = error.details.issues?.map((issue) => issue.field) ?? [];
  const named = fields.some((each) => (typeof field === "string" ? each === field : field.test(each)));
  expect(named, `an issue with field ${String(field)} among ${JSON.stringify(fields)}`).toBe(true);
}

/** Expects `not_found`, and that the error says it is this that was not found. */
export async function expectNotFound(call: Promise<unknown>, resource: "memory" | "namespace"): Promise<void> {
  const error = await expectRejection(call, "not_found");
  expect(error.details.resource).toBe(resource);
}

/** What a call gives, or null when it is refused for the input. Any other failure is passed on. */
export async function nullIfInvalid<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isPersistoError(error) && (error.code === "unprocessable" || error.code === "invalid_input")) return null;
    throw error;
  }
}
