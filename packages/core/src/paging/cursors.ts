import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import { PersistoValidationError } from "@persisto/contract";

/** Where a cursor is valid. */
export interface CursorPlace {
  /** The list, e.g. `memories`. */
  readonly kind: string;
  /** The project, or whoever else the list is shown to. */
  readonly owner: string;
}

/** Packs the position of the last item seen into a text, and unpacks it. */
export interface Cursors {
  encode(place: CursorPlace, position: readonly string[]): string;
  /**
   * The position a cursor was made of; undefined without a cursor.
   * @throws PersistoValidationError when the text was not made here, for this place.
   */
  decode(place: CursorPlace, cursor: string | undefined): string[] | undefined;
}

/** So that the length says nothing of how large the numbers inside are. */
const blockBytes = 64;
const tagBytes = 16;

/**
 * Positions are numbers that all projects share: how far they are apart would tell one how much the others save. So they are
 * encrypted, and bound to their place. The tag over both is the initialisation vector, too (SIV, RFC 5297): nothing is
 * random, and a page has one cursor.
 */
export function createCursors(secret: string): Cursors {
  const keyFor = (purpose: string): Buffer => createHmac("sha256", secret).update(purpose).digest();
  const tagKey = keyFor("cursor tag");
  const cipherKey = keyFor("cursor cipher");
  const tagOf = ({ kind, owner }: CursorPlace, text: Buffer): Buffer =>
    createHmac("sha256", tagKey)
      .update(`${JSON.stringify([kind, owner])}\n`)
      .update(text)
      .digest()
      .subarray(0, tagBytes);
  return {
    encode(place, position) {
      const json = Buffer.from(JSON.stringify(position));
      // JSON may be followed by blanks.
      const text = Buffer.alloc(Math.ceil(json.length / blockBytes) * blockBytes, " ");
      json.copy(text);
      const tag = tagOf(place, text);
      const cipher = createCipheriv("aes-256-ctr", cipherKey, tag);
      return Buffer.concat([tag, cipher.update(text), cipher.final()]).toString("base64url");
    },
    decode(place, cursor) {
      if (cursor === undefined) return undefined;
      const bytes = Buffer.from(cursor, "base64url");
      if (bytes.length <= tagBytes) throw foreignCursor();
      const tag = bytes.subarray(0, tagBytes);
      const text = createDecipheriv("aes-256-ctr", cipherKey, tag).update(bytes.subarray(tagBytes));
      if (!timingSafeEqual(tag, tagOf(place, text))) throw foreignCursor();
      // Made here, so it is what `encode` was given.
      return JSON.parse(text.toString()) as string[];
    },
  };
}

function foreignCursor(): PersistoValidationError {
  return new PersistoValidationError([
    { field: "cursor", message: "is not a cursor of this list; use the nextCursor of its last page" },
  ]);
}
