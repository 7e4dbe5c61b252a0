import { PersistoValidationError, routes } from "@persisto/contract";

const fixedSegments = new Set(
  Object.values(routes)
    .map(({ path }) => path.split("/")[2] ?? "")
    .filter((segment) => !segment.startsWith(":")),
);

/**
 * The path of one memory. An id that is spelled like a route (`list`, `namespaces`, ...) has its first
 * letter percent-encoded: the server chooses the route before it decodes.
 * @throws PersistoValidationError for an id that no URL can hold.
 */
export function memoryPath(id: unknown): string {
  if (typeof id !== "string") throw invalid(id === undefined ? "is required" : "must be a string");
  if (id === "") throw invalid("must not be empty");
  // URLs resolve them as directories, also percent-encoded.
  if (id === "." || id === "..") throw invalid("must not be . or ..");
  const encoded = encodeURIComponent(id);
  return `/memory/${fixedSegments.has(encoded) ? percentEncodeFirst(encoded) : encoded}`;
}

function percentEncodeFirst(text: string): string {
  return `%${text.charCodeAt(0).toString(16).toUpperCase()}${text.slice(1)}`;
}

function invalid(message: string): PersistoValidationError {
  return new PersistoValidationError([{ field: "id", message }]);
}
