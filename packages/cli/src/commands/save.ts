import { text as readText } from "node:stream/consumers";
import type { Metadata } from "@persisto/contract";
import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";
import { duration, jsonObject } from "../option-values.js";
import { isTerminal, printJson, printLine } from "../print.js";
import { UsageError } from "../usage-error.js";

interface SaveOptions {
  namespace: string;
  metadata?: Metadata;
  id?: string;
  ttl?: number | null;
  json?: true;
}

/** `persisto save` */
export function addSave(program: Command): void {
  const command = program
    .command("save")
    .description("remember a text: the argument, or what stdin holds; prints its id")
    .argument("[text]", "what to remember; - or nothing reads stdin")
    .addOption(namespaceOption("where it is kept", { fallback: "default" }))
    .option("-m, --metadata <json>", "an object to filter by later", jsonObject<Metadata>)
    .option("--id <id>", "your own id; saving an id again replaces that memory")
    .option("--ttl <time>", "until it expires: 3600, 90m, 24h, 30d or never", duration)
    .option("--json", "print the answer as JSON")
    .addHelpText(
      "after",
      `
Examples
  $ persisto save "The user prefers concise summaries." --metadata '{"source": "profile"}'
  $ persisto save --id standup --ttl 24h < notes.txt`,
    )
    .action(save);
  addConnectionOptions(command);
}

async function save(argument: string | undefined, options: SaveOptions, command: Command): Promise<void> {
  const content = await contentOf(argument);
  const { namespace, metadata, id, ttl } = options;
  const saved = await connected(command, ({ memory }) =>
    memory.save({
      namespace,
      content,
      ...(metadata !== undefined && { metadata }),
      ...(id !== undefined && { id }),
      ...(ttl !== undefined && { ttlSeconds: ttl }),
    }),
  );
  if (options.json) printJson(saved);
  else if (isTerminal())
    printLine(`Saved ${saved.id} in ${namespace}${saved.expiresAt === null ? "" : ` until ${saved.expiresAt}`}.`);
  else printLine(saved.id);
}

/** An argument, else what is piped in, without the newline that ends every text file. */
async function contentOf(argument: string | undefined): Promise<string> {
  if (argument !== undefined && argument !== "-") return argument;
  if (argument === undefined && process.stdin.isTTY) {
    throw new UsageError('what to save is missing; write persisto save "the text", or pipe it in.');
  }
  return (await readText(process.stdin)).replace(/\r?\n$/, "");
}
