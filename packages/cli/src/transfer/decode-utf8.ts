import { ImportError } from "./import-item.js";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes as text, without a byte order mark. @throws ImportError where they are none: a letter that is guessed is a letter lost. */
export function decodeUtf8(bytes: Uint8Array, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new ImportError(`${where}: is not UTF-8; save the file in that encoding.`, { cause });
  }
}
