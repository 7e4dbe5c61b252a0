import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

// psto_live_<id: 12>_<secret: 43><checksum: 6>, all base62. A double click selects the whole of it, secret
// scanners know the prefix, and a mistyped key is refused without asking the database.

/** What a key opens: a project of either environment, or the server. */
export type KeyKind = "live" | "test" | "operator";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const pattern = /^psto_(live|test|operator)_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}([0-9A-Za-z]{6})$/;

/** A new key: `id` may be shown and stored, `key` holds 256 bits of secret. */
export function generateApiKey(kind: KeyKind): { id: string; key: string } {
  const id = randomText(12);
  const body = `psto_${kind}_${id}_${randomText(43)}`;
  return { id, key: body + checksum(body) };
}

/** Whether this is the id of a key that was generated. */
export function isKeyId(id: string): boolean {
  return /^[0-9A-Za-z]{12}$/.test(id);
}

/** The parts of a well-formed key that are no secret, or null. */
export function readApiKey(key: string): { kind: KeyKind; id: string } | null {
  const match = pattern.exec(key);
  if (!match || checksum(key.slice(0, -6)) !== match[3]) return null;
  return { kind: match[1] as KeyKind, id: match[2]! };
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** CRC-32 of the text in six base62 digits. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let index = 0; index < 6; index++) {
    digits = alphabet[rest % alphabet.length]! + digits;
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}
