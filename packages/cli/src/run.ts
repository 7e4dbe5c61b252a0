import { isPersistoError, type PersistoError } from "@persisto/contract";
import { CommanderError } from "commander";
import { createProgram } from "./create-program.js";
import { UsageError } from "./usage-error.js";

/** How the program ends. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2 } as const;

/** Runs one command line; gives the exit code. What is wrong has been told on stderr. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...argv], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    // It has printed its help, or what is wrong, already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    process.stderr.write(`persisto: ${describeFailure(error)}\n`);
    return error instanceof UsageError ? exitCodes.wrongUsage : exitCodes.failed;
  }
}

/** One line with the remedy, whatever the error; of a configuration a line for each thing that is wrong. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const issues = isPersistoError(error) ? (error.details.issues ?? []) : [];
  if (issues.length > 1) {
    const lines = issues.map(({ field, message }) => (field === "" ? `  ${message}` : `  ${field}: ${message}`));
    return ["these are wrong:", ...lines].join("\n");
  }
  const hint = isPersistoError(error) ? hintFor(error) : "";
  const requestId = isPersistoError(error) && error.requestId !== undefined ? ` (request ${error.requestId})` : "";
  return error.message.replaceAll(/\s*\n\s*/g, " ") + hint + requestId;
}

/** What only the command line knows a way out of. */
function hintFor({ message, details }: PersistoError): string {
  if (/data directory .* is in use/.test(message)) {
    return " If that is a server, talk to it: --url http://127.0.0.1:8000 --api-key <key>.";
  }
  if (details.resource === "project") {
    return " The first save or serve makes the project default; persisto projects create makes others.";
  }
  return "";
}
