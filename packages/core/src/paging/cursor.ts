import { PersistoValidationError } from "@persisto/contract";

/** Packs the position of the last item seen into an opaque text. `kind` keeps the cursors of two verbs apart. */
export function encodeCursor(kind: string, position: readonly string[]): string {
  return Buffer.from(JSON.stringify([kind, ...position])).toString("base64url");
}

/**
 * The position a cursor was made of; undefined without a cursor.
 * @throws PersistoValidationError when the text is no cursor of this kind.
 */
export function decodeCursor(
  kind: string,
  cursor: string | undefined,
  isPosition: (position: string[]) => boolean,
): string[] | undefined {
  if (cursor === undefined) return undefined;
  const [found, ...position] = parse(cursor);
  if (found === kind && isPosition(position)) return position;
  throw invalidCursor();
}

function parse(cursor: string): string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  } catch (error) {
    throw invalidCursor(error);
  }
  throw invalidCursor();
}

function invalidCursor(cause?: unknown): PersistoValidationError {
  return new PersistoValidationError(
    [{ field: "cursor", message: "is not a cursor of this list; use the nextCursor of its last page" }],
    { cause },
  );
}
