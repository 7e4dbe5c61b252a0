import type { z } from "zod";
import { limits } from "../limits.js";
import { utf8Bytes } from "./utf8-bytes.js";

/** Adds a too_large issue for metadata, or filters on it, whose JSON is over the limit, and gives whether it is. */
export function refuseLargeJson(value: object, context: z.RefinementCtx): boolean {
  const size = utf8Bytes(JSON.stringify(value));
  if (size <= limits.metadataBytes) return false;
  context.addIssue({
    code: "custom",
    message: `is ${size} bytes of JSON; at most ${limits.metadataBytes} are allowed`,
    params: { tooLarge: true },
    continue: false,
  });
  return true;
}
