import { parseArgs } from "node:util";
import { isPersistoError, type FieldIssue } from "@persisto/contract";
import { parseInput, projectIdSchema } from "@persisto/contract/http";
import { nearestName } from "./nearest-name.js";

/** What the server can be told to do. */
export const commands = [
  "serve",
  "sweep",
  "create-key",
  "create-operator-key",
  "dump",
  "load",
  "config check",
] as const;

/** A command, or `--help`. */
export type Command = (typeof commands)[number] | "help";

/** What the arguments say. */
export interface Arguments {
  readonly command: Command;
  /** As given, unchecked. */
  readonly options: { readonly [Name in "port" | "host" | "data-dir" | "config"]?: string | undefined };
  readonly projectId?: string;
  /** What dump writes and load reads. */
  readonly dumpFile?: string;
  readonly issues: readonly FieldIssue[];
}

const options = {
  port: { type: "string" },
  host: { type: "string" },
  "data-dir": { type: "string" },
  config: { type: "string" },
  project: { type: "string" },
  to: { type: "string" },
  from: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Everything is read, also beside what is wrong, so that all of it can be told at once. */
export function readArguments(argv: readonly string[]): Arguments {
  // Strict parsing would end at the first mistake.
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options,
  });
  const optionIssues = tokens.flatMap((token) => (token.kind === "option" ? optionIssue(token) : []));
  if (values.help === true && optionIssues.length === 0) return { command: "help", options: {}, issues: [] };
  const { command, issues } = readCommand(positionals);
  const { project, port, host, config, "data-dir": dataDir } = values;
  const { projectId, issues: projectIssues } = readProject(textOf(project), command);
  const { dumpFile, issues: fileIssues } = readDumpFile({ to: textOf(values.to), from: textOf(values.from) }, command);
  return {
    command,
    options: { port: textOf(port), host: textOf(host), "data-dir": textOf(dataDir), config: textOf(config) },
    ...(projectId !== undefined && { projectId }),
    ...(dumpFile !== undefined && { dumpFile }),
    // A file whose option is wrong has been told.
    issues: [...optionIssues, ...issues, ...projectIssues, ...(optionIssues.length > 0 ? [] : fileIssues)],
  };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function optionIssue({ name, rawName, value, inlineValue = false }: OptionToken): FieldIssue[] {
  const issue = (message: string): FieldIssue[] => [{ field: rawName, message: `${message} See --help.` }];
  if (!Object.hasOwn(options, name)) {
    const nearest = nearestName(name, Object.keys(options));
    return issue(nearest === null ? "unknown option." : `unknown option; did you mean --${nearest}?`);
  }
  const takesValue = options[name as keyof typeof options].type === "string";
  if (!takesValue) return value === undefined ? [] : issue("takes no value.");
  if (value === undefined) return issue("needs a value.");
  // Most likely the value was forgotten and this is the next option.
  return !inlineValue && value.startsWith("-")
    ? issue(`needs a value; one that begins with - is written ${rawName}=${value}.`)
    : [];
}

function readCommand(positionals: readonly string[]): { command: Command; issues: FieldIssue[] } {
  const wrong = (message: string) => ({ command: "serve" as const, issues: [{ field: "command", message }] });
  const isConfig = positionals[0] === "config" && positionals.length > 1;
  const [name, ...rest] = isConfig
    ? [positionals.slice(0, 2).join(" "), ...positionals.slice(2)]
    : [positionals[0] ?? "serve", ...positionals.slice(1)];
  const command = commands.find((known) => known === name);
  if (command === undefined) return wrong(`unknown command ${name}; use ${commands.join(", ")}`);
  if (rest.length > 0) return wrong(`one at a time; drop ${rest.join(" ")}`);
  return { command, issues: [] };
}

function readProject(text: string | undefined, command: Command): { projectId?: string; issues: FieldIssue[] } {
  const wrong = (message: string) => ({ issues: [{ field: "--project", message }] });
  if (text === undefined) return { issues: [] };
  if (command !== "create-key") return wrong("only create-key takes it");
  try {
    return { projectId: parseInput(projectIdSchema, text), issues: [] };
  } catch (error) {
    if (!isPersistoError(error)) throw error;
    return wrong(error.message);
  }
}

/** Which option names the file of which command. */
const fileOptions = [
  { option: "to", command: "dump", remedy: "is required: the file to write, which must not exist yet" },
  { option: "from", command: "load", remedy: "is required: the file that dump wrote" },
] as const;

function readDumpFile(
  texts: Record<"to" | "from", string | undefined>,
  command: Command,
): { dumpFile?: string; issues: FieldIssue[] } {
  const issues: FieldIssue[] = [];
  let dumpFile: string | undefined;
  for (const { option, command: its, remedy } of fileOptions) {
    const field = `--${option}`;
    if (command === its && !texts[option]) issues.push({ field, message: remedy });
    else if (command === its) dumpFile = texts[option];
    else if (texts[option] !== undefined) issues.push({ field, message: `only ${its} takes it` });
  }
  return dumpFile === undefined ? { issues } : { dumpFile, issues };
}

/** An option without its value is `true`; that has been told. */
function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
