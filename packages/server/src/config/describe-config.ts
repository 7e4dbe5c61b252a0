import type { Gathered } from "./gather.js";

/** The configuration in effect and where each part of it came from, a line each; without keys and passwords. */
export function describeConfig(effective: readonly Gathered[]): string {
  const rows = effective.flatMap(toRows);
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map(
    ([path, value, source]) =>
      `  ${path.padEnd(width(0))}  ${value.padEnd(Math.min(width(1), longestPadding))}  ${source}`,
  );
  return ["The configuration is valid.", "", ...lines, ""].join("\n");
}

/** Profiles are long; their sources need not stand under the others. */
const longestPadding = 40;

const hidden = "(hidden)";

function toRows({ setting: { path, secret, nullText }, value, source }: Gathered): [string, string, string][] {
  if (secret === "whole") return [[path, hidden, source]];
  if (secret === "partly") return [[path, withoutSecrets(String(value)), source]];
  if (typeof value !== "object" || value === null)
    return [[path, value === null && nullText !== undefined ? nullText : textOf(value), source]];
  return Object.entries(value).map(([key, member]) => [`${path}.${key}`, textOf(member), source]);
}

function textOf(value: unknown): string {
  // What can be null is a time until something happens.
  if (value === null) return "never";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Only scheme, user, host and path: parameters may hold secrets too. */
function withoutSecrets(text: string): string {
  const url = new URL(text);
  if (url.password === "" && url.search === "") return text;
  if (url.password !== "") url.password = "hidden";
  if (url.search !== "") url.search = "?hidden";
  return url.href;
}
