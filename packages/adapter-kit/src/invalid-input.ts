import { PersistoValidationError } from "@persisto/contract";

/** The error for an argument that breaks a rule of an adapter. */
export function invalidInput(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }], { code: "invalid_input" });
}
