import type { Filters, Hit, QueryResult } from "@persisto/contract";
import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";
import { jsonObject, wholeNumber } from "../option-values.js";
import { note, printJson, printRows } from "../print.js";

interface QueryOptions {
  namespace: string;
  k?: number;
  mode?: string;
  filter?: Filters;
  rerank?: true;
  explain?: true;
  json?: true;
}

/** `persisto query` */
export function addQuery(program: Command): void {
  const command = program
    .command("query")
    .description("find the memories that answer a text, best first")
    .argument("<text>", "what to look for")
    .addOption(namespaceOption("where to look", { fallback: "default" }))
    .option("-k, --k <number>", "how many results, 1 to 100", wholeNumber(1))
    .option("--mode <name>", "strict, fuzzy, recency or a profile of the store")
    .option("-f, --filter <json>", "conditions on metadata", jsonObject<Filters>)
    .option("--rerank", "have the store's reranker order the best")
    .option("--explain", "say how each result came about")
    .option("--json", "print the answer as JSON")
    .addHelpText(
      "after",
      `
Piped, each line is: score, id, content (with tabs between).

Examples
  $ persisto query "How does the user like their output?"
  $ persisto query "standup" -k 3 --filter '{"source": "notes"}' --json`,
    )
    .action(query);
  addConnectionOptions(command);
}

async function query(text: string, options: QueryOptions, command: Command): Promise<void> {
  const { namespace, k, mode, filter } = options;
  const result = await connected(command, ({ memory }) =>
    memory.query({
      namespace,
      query: text,
      ...(k !== undefined && { k }),
      ...(mode !== undefined && { mode }),
      ...(filter !== undefined && { filters: filter }),
      ...(options.rerank && { rerank: true }),
      ...(options.explain && { explain: true }),
    }),
  );
  if (options.json) printJson(result);
  else print(result, { isExplained: options.explain === true });
}

function print({ results, dropped, explanation }: QueryResult, { isExplained }: { isExplained: boolean }): void {
  const headings = isExplained ? ["SCORE", "ID", "WHY", "CONTENT"] : ["SCORE", "ID", "CONTENT"];
  const why = (hit: Hit): string[] => (isExplained ? [JSON.stringify(hit.explanation ?? {})] : []);
  printRows(
    headings,
    results.map((hit) => [hit.score.toFixed(3), hit.id, ...why(hit), hit.content]),
  );
  if (dropped > 0) note(`${dropped} matched too little and were left out.`);
  if (explanation !== undefined) note(JSON.stringify(explanation));
}
