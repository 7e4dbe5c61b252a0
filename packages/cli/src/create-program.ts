import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addDoctor } from "./commands/doctor.js";
import { addExport } from "./commands/export.js";
import { addImport } from "./commands/import.js";
import { addKeys } from "./commands/keys.js";
import { addDelete } from "./commands/delete.js";
import { addGet } from "./commands/get.js";
import { addList } from "./commands/list.js";
import { addMcp } from "./commands/mcp.js";
import { addNamespaces } from "./commands/namespaces.js";
import { addProjects } from "./commands/projects.js";
import { addQueries } from "./commands/queries.js";
import { addQuery } from "./commands/query.js";
import { addSave } from "./commands/save.js";
import { addServerCommands } from "./commands/server-commands.js";

const after = `
Where memories are
  With --url (or PERSISTO_API_URL) commands talk to a server, with the key of --api-key (or PERSISTO_API_KEY).
  Otherwise they open the store themselves: --database-url (or DATABASE_URL), else --data-dir (or PERSISTO_DATA_DIR,
  default ./.persisto). Settings also come from ./.env and ./persisto.config.json.

Examples
  $ persisto save "The user prefers concise summaries."
  $ persisto query "How does the user like their output?"
  $ persisto serve
  $ persisto export --url http://127.0.0.1:8000 --api-key "$KEY" > memories.ndjson

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/** The whole command line, its commands in the order of --help. */
export function createProgram(): Command {
  const program = new Command("persisto")
    .description("Long-term memory for LLM apps: save texts, find them again, serve them.")
    .version(packageJson.version, "-V, --version")
    .helpCommand(false)
    .showHelpAfterError("Run it with --help to see what it takes.")
    .addHelpText("after", after);
  for (const add of [
    addSave,
    addQuery,
    addList,
    addGet,
    addDelete,
    addNamespaces,
    addQueries,
    addExport,
    addImport,
    addServerCommands,
    addMcp,
    addDoctor,
    addKeys,
    addProjects,
  ]) {
    add(program);
  }
  return throwing(program);
}

/** Throws where commander would end the process, also in what is below. */
function throwing(command: Command): Command {
  // Else --url after `namespaces delete` would be taken for the one of `namespaces`.
  command.enablePositionalOptions();
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, "persisto: ")),
  });
  // Else each says only that it is wrong.
  command.showHelpAfterError("Run it with --help to see what it takes.");
  for (const below of command.commands) throwing(below);
  return command;
}
