import { readFileSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { findJsonIssue, isPersistoError, PersistoError, type FieldIssue } from "@persisto/contract";
import { fileIssues } from "./file-issues.js";

/** Read when no other file is named, and if it is there. */
const defaultPath = "persisto.config.json";

/** What a file of the configuration says. */
export interface FileContent {
  /** As it is shown. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** As it stands in the file; empty when it cannot be read. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly issues: readonly FieldIssue[];
}

/** Reads the file that was named, or the one of the working directory; null when there is none and none was named. */
export function readConfigFile(named: string | undefined): FileContent | null {
  const path = resolve(named ?? defaultPath);
  const name = shown(path);
  try {
    const text = readText(path, { isNamed: named !== undefined });
    if (text === null) return null;
    const values = parse(text);
    return { name, path, values, issues: fileIssues(values) };
  } catch (error) {
    if (!isPersistoError(error)) throw error;
    return { name, path, values: {}, issues: [{ field: name, message: error.message }] };
  }
}

function readText(path: string, { isNamed }: { isNamed: boolean }): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    if (isAbsent && !isNamed) return null;
    const message = isAbsent
      ? "there is no such file; correct --config or PERSISTO_CONFIG"
      : "cannot be read; make it a file that this user may read";
    throw new PersistoError("invalid_input", message, { cause });
  }
}

/** The message does not repeat what stands there, as the parser's own does: it may be a secret. */
function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Editors of Windows put a byte order mark before it.
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new PersistoError(
      "invalid_input",
      `is not JSON${placeOf(cause, text)}; it has no comments or trailing commas`,
      {
        cause,
      },
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PersistoError("invalid_input", "must hold a JSON object");
  }
  const issue = findJsonIssue(value);
  if (issue) throw new PersistoError("invalid_input", `${issue.field} ${issue.message}`);
  return value as Record<string, unknown>;
}

/** Where a text stops being JSON, when the parser tells. */
function placeOf(cause: unknown, text: string): string {
  const [, position] = /at position (\d+)/.exec(cause instanceof Error ? cause.message : "") ?? [];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") || isAbsolute(fromHere) ? path : fromHere;
}
