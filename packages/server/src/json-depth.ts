const quote = 0x22;
const backslash = 0x5c;
const openingBracket = 0x5b;
const openingBrace = 0x7b;
const openers = [openingBracket, openingBrace];

/**
 * Whether JSON text nests arrays and objects deeper than `levels`. Works on the UTF-8 bytes before
 * anything is parsed and stops at the first level too many. Text that is not JSON gets an answer
 * without a meaning, and never an error: parsing it says what is wrong.
 */
export function isDeeperThan(levels: number, json: Buffer): boolean {
  // Most texts, however long, do not open as many: seen at the speed of a search for a byte.
  if (!hasMoreThan(levels, json, openers)) return false;
  let depth = 0;
  for (let index = 0; index < json.length; index += 1) {
    switch (json[index]) {
      case quote:
        index = endOfString(json, index);
        break;
      case openingBracket:
      case openingBrace:
        depth += 1;
        if (depth > levels) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      default:
    }
  }
  return false;
}

/** Whether the bytes are found more than `limit` times, all together. */
function hasMoreThan(limit: number, json: Buffer, bytes: readonly number[]): boolean {
  let found = 0;
  for (const byte of bytes) {
    for (let index = json.indexOf(byte); index !== -1; index = json.indexOf(byte, index + 1)) {
      found += 1;
      if (found > limit) return true;
    }
  }
  return false;
}

/** The index of the quote that closes the string opened at `start`; the last index when none does. */
function endOfString(json: Buffer, start: number): number {
  let end = json.indexOf(quote, start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf(quote, end + 1);
  return end === -1 ? json.length : end;
}

/** Whether an odd number of backslashes stands before the byte. */
function isEscaped(json: Buffer, index: number): boolean {
  let first = index;
  while (json[first - 1] === backslash) first -= 1;
  return (index - first) % 2 === 1;
}
