import type { DeleteInput, DeleteResult, Filters, Memory } from "@persisto/contract";
import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";
import { jsonObject } from "../option-values.js";
import { isTerminal, printJson, printLine } from "../print.js";
import { UsageError } from "../usage-error.js";

interface DeleteOptions {
  namespace?: string;
  content?: string;
  filter?: Filters;
  json?: true;
}

/** `persisto delete` */
export function addDelete(program: Command): void {
  const command = program
    .command("delete")
    .description("delete memories: by id, or those that meet every condition given; prints how many")
    .argument("[ids...]", "which")
    .addOption(namespaceOption("whose; needed with --content and --filter"))
    .option("--content <text>", "those with exactly this content")
    .option("-f, --filter <json>", "conditions on metadata", jsonObject<Filters>)
    .option("--json", "print the answer as JSON")
    .addHelpText(
      "after",
      `
A whole namespace: persisto namespaces delete <name>.

Examples
  $ persisto delete standup
  $ persisto delete -n notes --filter '{"source": "old"}'`,
    )
    .action(remove);
  addConnectionOptions(command);
}

async function remove(ids: string[], options: DeleteOptions, command: Command): Promise<void> {
  const { namespace, content, filter } = options;
  const hasCondition = content !== undefined || filter !== undefined;
  if (ids.length === 0 && !hasCondition) {
    throw new UsageError("what to delete is missing: ids, --content or --filter.");
  }
  if (hasCondition && namespace === undefined) {
    throw new UsageError("--content and --filter need --namespace: whose memories are meant.");
  }
  const result = await connected(command, ({ memory }) =>
    namespace === undefined
      ? deleteEach(memory, ids)
      : memory.delete({ namespace, ...conditions({ ids, content, filter }) }),
  );
  if (options.json) printJson(result);
  else printLine(isTerminal() ? `Deleted ${result.count}.` : String(result.count));
}

function conditions(given: {
  ids: string[];
  content: string | undefined;
  filter: Filters | undefined;
}): Omit<DeleteInput, "namespace"> {
  return {
    ...(given.ids.length > 0 && { ids: given.ids }),
    ...(given.content !== undefined && { content: given.content }),
    ...(given.filter !== undefined && { filters: given.filter }),
  };
}

/** By their keys alone: each in the one namespace that holds it. */
async function deleteEach(memory: Memory, ids: readonly string[]): Promise<DeleteResult> {
  let count = 0;
  for (const id of ids) count += (await memory.delete({ id })).count;
  return { count };
}
