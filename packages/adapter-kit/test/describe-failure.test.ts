import { PersistoError, PersistoRateLimitError, PersistoValidationError, type ErrorOptions } from "@persisto/contract";
import { expect, test } from "vitest";
import { describeFailure } from "../src/index.js";

const unavailable = (options?: ErrorOptions) => new PersistoError("unavailable", "No answer", options);

test.each([
  [
    new PersistoValidationError([{ field: "k", message: "is too large" }]),
    "Not done: k: is too large. Change the input before you try again.",
  ],
  [
    new PersistoRateLimitError("Too many.", { details: { retryAfterSeconds: 6.2 } }),
    "Not done: Too many. It may work in 7 s.",
  ],
  [unavailable(), "Not done: No answer. It may work later; go on without it for now."],
  [
    unavailable({ details: { outcomeUnknown: true } }),
    "It is not known whether anything was done: No answer. It may work later; go on without it for now.",
  ],
  [
    new PersistoError("internal", "postgres://user:secret@host"),
    "Not done: the memory store failed. Go on without it, and tell the user.",
  ],
  [new Error("secret"), "Not done: the memory store failed. Go on without it, and tell the user."],
])("a failure is told in words that hold no secret, and claim nothing that nobody knows: %s", (error, text) => {
  expect(describeFailure("Not done", error)).toBe(text);
});
