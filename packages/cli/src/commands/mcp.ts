import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";

/** `persisto mcp` */
export function addMcp(program: Command): void {
  const mcp = program
    .command("mcp")
    .description("serve the Model Context Protocol on standard input and output, for one client")
    .addOption(namespaceOption("the only namespace that the model reaches; without it the model names one"))
    .option("--read-only", "no tool that changes anything")
    .addHelpText(
      "after",
      "\nExample\n  $ claude mcp add persisto -- npx persisto mcp --namespace me --data-dir ~/.persisto",
    )
    .action(serve);
  addConnectionOptions(mcp);
}

async function serve(
  { namespace, readOnly = false }: { namespace?: string; readOnly?: boolean },
  command: Command,
): Promise<void> {
  const { runStdio, withStopSignal } = await import("@persisto/mcp");
  await withStopSignal((signal) =>
    connected(command, ({ memory }) =>
      runStdio({ memory, readOnly, ...(namespace !== undefined && { namespace }), signal }),
    ),
  );
}
