import type { Command } from "commander";
import { Option } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { administered } from "../connection.js";
import { printJson, printLine, printRows } from "../print.js";
import { UsageError } from "../usage-error.js";

interface ProjectOptions {
  organisation?: string;
  name?: string;
  environment?: "live" | "test";
  yes?: true;
  json?: true;
}

/** `persisto projects` */
export function addProjects(program: Command): void {
  const projects = program
    .command("projects")
    .description("projects: list, create, delete")
    .addHelpText(
      "after",
      `
With --url the key must be an operator's; a store of your own asks for none.

Examples
  $ persisto projects list
  $ persisto projects create shop --organisation acme --environment test`,
    );
  subcommand(projects, "list", "list projects").option("--organisation <id>", "only of this organisation").action(list);
  subcommand(projects, "create <id>", "make a project, and its organisation if it is new")
    .requiredOption("--organisation <id>", "whose it is")
    .option("--name <name>", "for people")
    .addOption(new Option("--environment <name>", "shows in its keys").choices(["live", "test"]))
    .action(create);
  subcommand(projects, "delete <id>", "delete a project with all its memories and keys")
    .option("--yes", "really")
    .action(remove);
}

function subcommand(projects: Command, name: string, description: string): Command {
  const command = projects.command(name).description(description).option("--json", "print the answer as JSON");
  return addConnectionOptions(command, { project: false }).optionsGroup("Options:");
}

async function list({ organisation, json }: ProjectOptions, command: Command): Promise<void> {
  const projects = await administered(command, (administration) =>
    administration.listProjects(organisation === undefined ? {} : { organisation }),
  );
  if (json) return printJson(projects);
  printRows(
    ["ID", "ORGANISATION", "ENVIRONMENT", "CREATED", "NAME"],
    projects.map((one) => [one.id, one.organisation, one.environment, one.createdAt, one.name]),
  );
}

async function create(id: string, options: ProjectOptions, command: Command): Promise<void> {
  const { organisation = "", name, environment, json } = options;
  const project = await administered(command, async (administration) => {
    const known = await administration.listOrganisations();
    if (!known.some((one) => one.id === organisation)) await administration.createOrganisation({ id: organisation });
    return administration.createProject({
      organisation,
      id,
      ...(name !== undefined && { name }),
      ...(environment !== undefined && { environment }),
    });
  });
  if (json) printJson(project);
  else printLine(`Made the project ${project.id} of ${project.organisation}.`);
}

async function remove(id: string, { yes }: ProjectOptions, command: Command): Promise<void> {
  if (!yes) throw new UsageError(`this deletes ${id} with every memory and key in it for good; add --yes to do it.`);
  await administered(command, (administration) => administration.deleteProject({ project: id }));
  printLine(`Deleted the project ${id}.`);
}
