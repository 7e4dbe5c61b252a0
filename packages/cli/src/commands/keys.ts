import { keyScopes, type ApiKey, type CreatedApiKey, type KeyScope } from "@persisto/contract";
import { InvalidArgumentError, type Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { administered } from "../connection.js";
import { commaList, duration, wholeNumber } from "../option-values.js";
import { note, printJson, printLine, printRows } from "../print.js";

interface KeyOptions {
  project: string;
  name?: string;
  scopes?: KeyScope[];
  namespaces?: string[];
  ttl?: number | null;
  grace?: number;
  json?: true;
}

/** `persisto keys` */
export function addKeys(program: Command): void {
  const keys = program
    .command("keys")
    .description("API keys of a project: list, create, rotate, revoke")
    .addHelpText(
      "after",
      `
With --url the key must hold keys:admin, or be an operator's; a store of your own asks for none.

Examples
  $ persisto keys create --name laptop
  $ persisto keys create --name reader --scopes memories:read --namespaces 'user:*' --ttl 30d
  $ persisto keys rotate 4f0a9cB21dE7 --grace 3600`,
    );

  subcommand(keys, "list", "list keys; the keys themselves cannot be shown").action(list);
  subcommand(keys, "create", "make a key and print it, this once")
    .requiredOption("--name <name>", "what it is for")
    .option("--scopes <list>", `with commas between: ${keyScopes.join(", ")}`, scopes)
    .option("--namespaces <globs>", "with commas between, e.g. user:*", commaList)
    .option("--ttl <time>", "until it ends: 30d, 24h or never; default 90d", duration)
    .action(create);
  subcommand(keys, "rotate <id>", "make a key with the same rights, print it, and end the old one after a while")
    .option("--grace <seconds>", "how long the old one still works; default a day, at most 604800", wholeNumber(0))
    .action(rotate);
  subcommand(keys, "revoke <id>", "end a key now").action(revoke);
}

function subcommand(keys: Command, name: string, description: string): Command {
  const command = keys.command(name).description(description);
  command.option("--project <id>", "whose keys", "default").option("--json", "print the answer as JSON");
  return addConnectionOptions(command, { project: false }).optionsGroup("Options:");
}

async function list({ project, json }: KeyOptions, command: Command): Promise<void> {
  const keys = await administered(command, (administration) => administration.listKeys({ project }));
  if (json) return printJson(keys);
  printRows(
    ["ID", "STATE", "CREATED", "LAST USED", "NAME", "SCOPES"],
    keys.map((key) => [key.id, stateOf(key), key.createdAt, key.lastUsedAt ?? "-", key.name, key.scopes.join(",")]),
  );
}

async function create(
  { project, name = "", scopes: chosen, namespaces, ttl, json }: KeyOptions,
  command: Command,
): Promise<void> {
  const created = await administered(command, (administration) =>
    administration.createKey({
      project,
      name,
      ...(chosen && { scopes: chosen }),
      ...(namespaces && { namespaces }),
      ...(ttl !== undefined && { ttlSeconds: ttl }),
    }),
  );
  printKey(created, json);
}

async function rotate(id: string, { project, grace, json }: KeyOptions, command: Command): Promise<void> {
  const created = await administered(command, (administration) =>
    administration.rotateKey({ project, id, ...(grace !== undefined && { graceSeconds: grace }) }),
  );
  printKey(created, json);
}

async function revoke(id: string, { project, json }: KeyOptions, command: Command): Promise<void> {
  const key = await administered(command, (administration) => administration.revokeKey({ project, id }));
  if (json) printJson(key);
  else printLine(`Revoked ${key.id}.`);
}

/** Alone on its line, so that `$(persisto keys create ...)` is the key. */
function printKey(created: CreatedApiKey, json: true | undefined): void {
  if (json) return printJson(created);
  printLine(created.key);
  note(`Its id is ${created.id}, it ends ${created.expiresAt ?? "never"}. The key is shown this once.`);
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "works";
  return Date.parse(expiresAt) <= Date.now() ? "expired" : `until ${expiresAt.slice(0, 10)}`;
}

function scopes(text: string): KeyScope[] {
  return commaList(text).map((name) => {
    const scope = keyScopes.find((known) => known === name);
    if (scope === undefined)
      throw new InvalidArgumentError(`There is no scope ${name}; there are ${keyScopes.join(", ")}.`);
    return scope;
  });
}
