import { PersistoNotFoundError } from "@persisto/contract";
import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";
import { printJson, printLine } from "../print.js";

/** `persisto get` */
export function addGet(program: Command): void {
  const command = program
    .command("get")
    .description("print one memory's content, or all of it with --json")
    .argument("<id>", "its id")
    .addOption(namespaceOption("its namespace, when several hold the id"))
    .option("--json", "print the whole memory as JSON")
    .addHelpText("after", "\nExample\n  $ persisto get standup --json")
    .action(get);
  addConnectionOptions(command);
}

async function get(id: string, options: { namespace?: string; json?: true }, command: Command): Promise<void> {
  const { namespace, json } = options;
  const record = await connected(command, ({ memory }) =>
    memory.get({ id, ...(namespace !== undefined && { namespace }) }),
  );
  if (record === null) throw new PersistoNotFoundError(`There is no memory ${id}; persisto list shows what there is.`);
  if (json) printJson(record);
  // As it is, for a pipe; what steers a terminal stays out of one.
  else printLine(process.stdout.isTTY ? record.content.replaceAll(/(?![\n\t])\p{Cc}/gu, "\uFFFD") : record.content);
}
