import type { Command } from "commander";
import { addConnectionOptions, placeOf, type ConnectionOptions } from "../connection-options.js";
import { loadEnvFile } from "../connection.js";
import type { Finding } from "../doctor/finding.js";
import { checkServer } from "../doctor/check-server.js";
import { isTerminal, printJson, printLine } from "../print.js";

/** Some of what was looked at is not as it should be; each has been told with its remedy. */
class UnwellError extends Error {}

/** `persisto doctor` */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("check configuration, disk, database, pgvector and embedder, or a server, and say the remedy for each")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExamples\n  $ persisto doctor\n  $ persisto doctor --url http://127.0.0.1:8000")
    .action(doctor);
  addConnectionOptions(command, { project: false });
}

async function doctor({ json }: { json?: true }, command: Command): Promise<void> {
  loadEnvFile();
  const place = placeOf(command.opts<ConnectionOptions>(), process.env);
  const findings =
    place.kind === "server"
      ? await checkServer(place)
      : await (await import("../doctor/check-store.js")).checkStore(place.options);
  if (json) printJson(findings);
  else for (const finding of findings) printLine(lineOf(finding));
  const unwell = findings.filter(({ state }) => state === "failed").length;
  if (unwell > 0) throw new UnwellError(`${unwell} of ${findings.length} checks failed; the remedies are above.`);
}

function lineOf({ state, subject, message }: Finding): string {
  if (!isTerminal()) return `${state}\t${subject}\t${message}`;
  return `${{ ok: "✓", warning: "!", failed: "✗" }[state]} ${subject.padEnd(14)} ${message}`;
}
