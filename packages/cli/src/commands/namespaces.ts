import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { isTerminal, printJson, printLine, printRows } from "../print.js";
import { UsageError } from "../usage-error.js";

/** `persisto namespaces` */
export function addNamespaces(program: Command): void {
  const namespaces = program
    .command("namespaces")
    .description("list namespaces and how many memories each holds, or delete one")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", "\nExamples\n  $ persisto namespaces\n  $ persisto namespaces delete notes --yes")
    .action(list);
  addConnectionOptions(namespaces);
  const remove = namespaces
    .command("delete")
    .description("delete a namespace with all it holds; prints how many memories that were")
    .argument("<name>", "which")
    .option("--yes", "really")
    .action(deleteOne);
  addConnectionOptions(remove);
}

async function list({ json }: { json?: true }, command: Command): Promise<void> {
  const namespaces = await connected(command, ({ memory }) => memory.listNamespaces());
  if (json) return printJson(namespaces);
  printRows(
    ["MEMORIES", "NAMESPACE"],
    namespaces.map(({ namespace, count }) => [String(count), namespace]),
  );
}

async function deleteOne(namespace: string, { yes }: { yes?: true }, command: Command): Promise<void> {
  if (!yes) throw new UsageError(`this deletes every memory in ${namespace} for good; add --yes to do it.`);
  const { count } = await connected(command, ({ memory }) => memory.deleteNamespace({ namespace }));
  printLine(isTerminal() ? `Deleted ${namespace} with ${count} memories.` : String(count));
}
