import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { PersistoError } from "@persisto/contract";
import { errorCode } from "../store/clients/error-code.js";
import { aboutName, parseAbout, postgresName, type About } from "./dump-format.js";

/**
 * Unpacks a dump into a new directory and gives what it says of itself.
 * @throws PersistoError invalid_input for a file that is none, is cut off or damaged; unavailable without space.
 */
export async function unpackDump(from: string, into: string): Promise<About> {
  refuseUnreadable(from);
  let isForeign = false;
  try {
    const { unpackTar } = await import("modern-tar/fs");
    const unpack = unpackTar(into, {
      filter: ({ name, type }) => {
        const isOurs = name === aboutName || name.startsWith(`${postgresName}/`);
        if (!isOurs || (type !== "file" && type !== "directory")) isForeign = true;
        // Nothing is written of somebody else's archive, however large.
        return !isForeign;
      },
      fmode: 0o600,
      dmode: 0o700,
    });
    await pipeline(createReadStream(from), createGunzip(), unpack);
  } catch (cause) {
    throw cannotUnpack(from, cause);
  }
  const path = join(into, aboutName);
  const about = isForeign || !existsSync(path) ? undefined : parseAbout(readFileSync(path, "utf8"));
  if (about === undefined || !existsSync(join(into, postgresName))) throw noDump(from);
  return about;
}

function refuseUnreadable(from: string): void {
  try {
    if (!statSync(from).isFile()) throw noDump(from);
  } catch (cause) {
    if (cause instanceof PersistoError) throw cause;
    throw new PersistoError("invalid_input", `Cannot read ${from} (${errorCode(cause) ?? "unknown error"}).`, {
      cause,
    });
  }
}

function cannotUnpack(from: string, cause: unknown): PersistoError {
  const code = errorCode(cause) ?? "";
  // Of zlib: the file does not begin like gzip; it does, and is not as it was written.
  if (code === "Z_DATA_ERROR" && cause instanceof Error && cause.message === "incorrect header check") {
    return noDump(from, cause);
  }
  if (code.startsWith("Z_")) {
    return new PersistoError(
      "invalid_input",
      `The dump ${from} is cut off or damaged; copy it again from where it was written, or take an earlier one.`,
      { cause },
    );
  }
  if (/^E[A-Z]+$/.test(code)) {
    return new PersistoError("unavailable", `Cannot unpack ${from} (${code}); is there space for it?`, {
      retryable: false,
      cause,
    });
  }
  return noDump(from, cause);
}

function noDump(from: string, cause?: unknown): PersistoError {
  const message = `${from} is no dump of Persisto; name a file that the command dump has written.`;
  return new PersistoError("invalid_input", message, { cause });
}
