import type { FieldIssue } from "@persisto/contract";
import { valueAt } from "./file-issues.js";
import type { Arguments } from "./read-arguments.js";
import type { FileContent } from "./read-config-file.js";
import { settings, type Setting } from "./settings.js";

/** Where settings come from, the strongest first. */
export interface Sources {
  readonly options: Arguments["options"];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The variables that stand in `.env` alone. */
  readonly fromEnvFile: ReadonlySet<string>;
  readonly file: FileContent | null;
}

/** A setting as it is in effect. */
export interface Gathered {
  readonly setting: Setting;
  readonly value: unknown;
  readonly from: "option" | "environment" | "file" | "default";
  /** What to change to change it: an option, a variable or a path in the file. */
  readonly field: string;
  /** As it is told: `--port`, `PORT`, `PORT in .env`, the name of the file, or `default`. */
  readonly source: string;
}

/** What was gathered, by path. What is wrong counts as absent. */
export interface Gathering {
  readonly values: ReadonlyMap<string, Gathered>;
  readonly issues: readonly FieldIssue[];
}

/** Each setting from the strongest source that has it. An empty variable is as good as none. */
export function gather(sources: Sources): Gathering {
  const issues: FieldIssue[] = [];
  const values = new Map<string, Gathered>();
  for (const setting of settings) {
    for (const { text, ...candidate } of candidates(setting, sources)) {
      const parsed = setting.schema.safeParse(candidate.value);
      if (parsed.success) {
        if (!values.has(setting.path)) values.set(setting.path, { setting, ...candidate, value: parsed.data });
      } else if (text !== undefined) {
        // What is wrong in the file has been told by the schema of the whole file.
        const [first] = parsed.error.issues;
        issues.push({ field: candidate.field, message: messageOf(first?.message ?? "is wrong", setting, text) });
      }
    }
  }
  return { values, issues };
}

type Candidate = Omit<Gathered, "setting"> & { readonly text?: string };

function candidates(setting: Setting, { options, env, fromEnvFile, file }: Sources): Candidate[] {
  const { path, option, variable, fallback, fromText = (text) => text } = setting;
  const found: Candidate[] = [];
  const optionText = option && options[option];
  if (optionText !== undefined) {
    const name = `--${option}`;
    found.push({ value: fromText(optionText), from: "option", field: name, source: name, text: optionText });
  }
  const variableText = variable && env[variable]?.trim();
  // Below an option a variable is not looked at, as ever.
  if (variable && variableText && found.length === 0) {
    const source = fromEnvFile.has(variable) ? `${variable} in .env` : variable;
    found.push({ value: fromText(variableText), from: "environment", field: variable, source, text: variableText });
  }
  const inFile = setting.secret === "whole" ? undefined : valueAt(file?.values, path);
  if (file && inFile !== undefined) found.push({ value: inFile, from: "file", field: path, source: file.name });
  if (fallback !== undefined) found.push({ value: fallback, from: "default", field: path, source: "default" });
  return found;
}

function messageOf(message: string, { secret }: Setting, text: string): string {
  return secret === undefined ? `${message}, not ${text}` : message;
}
