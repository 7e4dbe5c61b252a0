import { limits, PersistoError, PersistoValidationError } from "@persisto/contract";
import { isDeeperThan } from "./json-depth.js";

/** How the text of a query-string parameter becomes a value. */
export type ParameterType = "text" | "number" | "boolean" | "json";

/**
 * The parameters of a query string by their wire names. Text that is no number or boolean stays text,
 * so that whoever wanted one refuses it by name.
 * @throws PersistoError invalid_input for a broken percent escape; PersistoValidationError for parameters
 * that are unknown or repeated, and for JSON that is none.
 */
export function parseQueryParameters(
  search: string,
  types: Readonly<Record<string, ParameterType>>,
): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, text] of splitPairs(search)) {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) throw invalid(name, `unknown parameter "${name}"`);
    if (values.has(name)) throw invalid(name, "is given more than once");
    values.set(name, parseValue(name, text, type));
  }
  return Object.fromEntries(values);
}

/** URLSearchParams would turn bytes that are no UTF-8 into U+FFFD without a word. */
function splitPairs(search: string): [string, string][] {
  const pairs = search
    .replace(/^\?/, "")
    .split("&")
    .filter((pair) => pair !== "");
  return pairs.map((pair) => {
    const equals = pair.indexOf("=");
    return equals === -1 ? [decode(pair), ""] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new PersistoError("invalid_input", "The query string holds a percent escape that is not UTF-8.", { cause });
  }
}

function parseValue(name: string, text: string, type: ParameterType): unknown {
  switch (type) {
    case "text":
      return text;
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : text;
    case "json":
      return parseJson(name, text);
  }
}

function parseJson(name: string, text: string): unknown {
  if (isDeeperThan(limits.inputDepth, Buffer.from(text))) {
    throw invalid(name, `is nested deeper than ${limits.inputDepth} levels`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(name, "must be JSON text");
  }
}

function invalid(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
