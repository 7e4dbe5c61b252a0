import type { IncomingMessage } from "node:http";
import { limits, PersistoError, PersistoValidationError } from "@persisto/contract";
import { isDeeperThan } from "./json-depth.js";

/**
 * The JSON object in a request's body, of at most `maxBytes`. No more than that is kept in memory, and
 * nothing is parsed that nests too deep: PGlite loses what does (docs of `limits.jsonDepth`).
 * @throws PersistoError invalid_input for what is no JSON object in UTF-8, too_large, unprocessable when too deep.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<Record<string, unknown>> {
  checkHeaders(request, maxBytes);
  const bytes = await readBytes(request, maxBytes);
  if (isDeeperThan(limits.inputDepth, bytes)) {
    throw new PersistoValidationError([
      { field: "", message: `The body is nested deeper than ${limits.inputDepth} levels.` },
    ]);
  }
  const body = parseJson(decodeUtf8(bytes));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new PersistoError("invalid_input", "The body must be a JSON object.");
  }
  return body as Record<string, unknown>;
}

function checkHeaders({ headers }: IncomingMessage, maxBytes: number): void {
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(headers["content-type"] ?? "")) {
    throw new PersistoError("invalid_input", "Send the body as UTF-8 JSON, with Content-Type: application/json.");
  }
  // Inflating would let a small request fill the memory.
  if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") {
    throw new PersistoError("invalid_input", "Send the body without a Content-Encoding.");
  }
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** express.json reads the rest of a body that is too large before it answers; this stops at the limit. */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: Error): void => {
      request.removeAllListeners("data");
      reject(error);
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) stop(tooLarge(maxBytes));
      else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", () => stop(new PersistoError("invalid_input", "The request ended before its body did.")));
  });
}

function tooLarge(maxBytes: number): PersistoValidationError {
  const message = `The body is larger than ${maxBytes} bytes.`;
  return new PersistoValidationError([{ field: "", message }], { code: "too_large" });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new PersistoError("invalid_input", "The body is not valid UTF-8.", { cause });
  }
}

/** JSON.parse quotes the text in its message, so that message stays out of ours, and out of the cause. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PersistoError("invalid_input", "The body is not valid JSON.");
  }
}
