import { PersistoValidationError } from "@persisto/contract";
import { checkNamespace } from "../check-namespace.js";
import { addMemoryTool } from "./add-memory-tool.js";
import { forgetMemoryTool } from "./forget-memory-tool.js";
import { listMemoriesTool } from "./list-memories-tool.js";
import { searchMemoriesTool } from "./search-memories-tool.js";
import type { ToolScope } from "./tool-scope.js";

/** Every tool there is, by its name. */
export interface PersistoToolSet {
  searchMemories: ReturnType<typeof searchMemoriesTool>;
  addMemory: ReturnType<typeof addMemoryTool>;
  listMemories: ReturnType<typeof listMemoriesTool>;
  forgetMemory: ReturnType<typeof forgetMemoryTool>;
}

/** The name of a tool. */
export type PersistoToolName = keyof PersistoToolSet;

/** What the tools work on, and which of them a model is given. */
export interface PersistoToolsOptions<Name extends PersistoToolName> extends ToolScope {
  /** Default: `searchMemories` and `addMemory`. Listing and forgetting are there when they are asked for. */
  include?: readonly Name[];
}

const makers: { [Name in PersistoToolName]: (scope: ToolScope) => PersistoToolSet[Name] } = {
  searchMemories: searchMemoriesTool,
  addMemory: addMemoryTool,
  listMemories: listMemoriesTool,
  forgetMemory: forgetMemoryTool,
};

/**
 * Tools by which a model remembers and recalls, for `generateText({ tools })`, `streamText` and agents. They work in the
 * given namespace and in no other. What fails is told to the model in words and never ends the turn.
 * @throws PersistoValidationError without a namespace, and for the name of a tool that there is not.
 */
export function persistoTools<Name extends PersistoToolName = "searchMemories" | "addMemory">(
  options: PersistoToolsOptions<Name>,
): Pick<PersistoToolSet, Name> {
  checkNamespace(options.namespace);
  const names: readonly string[] = options.include ?? ["searchMemories", "addMemory"];
  const tools = names.map((name) => {
    if (!Object.hasOwn(makers, name)) {
      const message = `there is no tool ${name}; there are ${Object.keys(makers).join(", ")}`;
      throw new PersistoValidationError([{ field: "include", message }]);
    }
    return [name, makers[name as PersistoToolName](options)] as const;
  });
  return Object.fromEntries(tools) as unknown as Pick<PersistoToolSet, Name>;
}
