import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";
import { wholeNumber } from "../option-values.js";
import { note, printJson, printRows } from "../print.js";

interface QueriesOptions {
  namespace?: string;
  since?: string;
  until?: string;
  limit: number;
  cursor?: string;
  json?: true;
}

/** `persisto queries` */
export function addQueries(program: Command): void {
  const command = program
    .command("queries")
    .description("list what was asked, newest first")
    .addOption(namespaceOption("only of this namespace"))
    .option("--since <time>", "from this time on, ISO 8601")
    .option("--until <time>", "before this time, ISO 8601")
    .option("--limit <number>", "how many, 1 to 1000", wholeNumber(1), 100)
    .option("--cursor <cursor>", "where the page before ended")
    .option("--json", "print the answer as JSON, with next_cursor")
    .addHelpText("after", "\nExample\n  $ persisto queries --since 2026-01-01T00:00:00Z")
    .action(list);
  addConnectionOptions(command);
}

async function list(options: QueriesOptions, command: Command): Promise<void> {
  const { namespace, since, until, limit, cursor, json } = options;
  const page = await connected(command, ({ memory }) =>
    memory.listQueries({
      limit,
      ...(namespace !== undefined && { namespace }),
      ...(since !== undefined && { startDate: since }),
      ...(until !== undefined && { endDate: until }),
      ...(cursor !== undefined && { cursor }),
    }),
  );
  if (json) return printJson(page);
  printRows(
    ["TIME", "NAMESPACE", "MODE", "FOUND", "MS", "QUERY"],
    page.queries.map((one) => [
      one.timestamp,
      one.namespace,
      one.mode,
      String(one.count),
      one.durationMs.toFixed(1),
      one.queryText,
    ]),
  );
  if (page.nextCursor !== null) note(`There are more: --cursor ${page.nextCursor}`);
}
