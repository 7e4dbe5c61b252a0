import type { Filters } from "@persisto/contract";
import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";
import { jsonObject, wholeNumber } from "../option-values.js";
import { note, printJson, printRows } from "../print.js";

interface ListOptions {
  namespace?: string;
  filter?: Filters;
  limit: number;
  cursor?: string;
  json?: true;
}

/** `persisto list` */
export function addList(program: Command): void {
  const command = program
    .command("list")
    .description("list memories, newest first")
    .addOption(namespaceOption("only of this namespace"))
    .option("-f, --filter <json>", "conditions on metadata", jsonObject<Filters>)
    .option("--limit <number>", "how many, 1 to 1000", wholeNumber(1), 100)
    .option("--cursor <cursor>", "where the page before ended")
    .option("--json", "print the answer as JSON, with next_cursor")
    .addHelpText(
      "after",
      `
Piped, each line is: created at, namespace, id, content (with tabs between). Everything at once: persisto export.

Examples
  $ persisto list -n notes --limit 20
  $ persisto list --filter '{"source": "profile"}' --json`,
    )
    .action(list);
  addConnectionOptions(command);
}

async function list({ namespace, filter, limit, cursor, json }: ListOptions, command: Command): Promise<void> {
  const page = await connected(command, ({ memory }) =>
    memory.list({
      limit,
      ...(namespace !== undefined && { namespace }),
      ...(filter !== undefined && { filters: filter }),
      ...(cursor !== undefined && { cursor }),
    }),
  );
  if (json) return printJson(page);
  printRows(
    ["CREATED", "NAMESPACE", "ID", "CONTENT"],
    page.memories.map((one) => [one.createdAt, one.namespace, one.id, one.content]),
  );
  if (page.nextCursor !== null) note(`There are more: --cursor ${page.nextCursor}`);
}
