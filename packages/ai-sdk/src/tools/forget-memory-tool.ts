import { tool, type Tool } from "ai";
import { inputSchema } from "./input-schema.js";
import { orFailure, type ToolFailure, type ToolScope } from "./tool-scope.js";
import { toolText } from "./tool-text.js";

/** Arguments of the tool that forgets. */
export interface ForgetMemoryInput {
  id: string;
}

/** The memory that was deleted, or why none was. */
export type ForgetMemoryOutput = { forgotten: string } | ToolFailure;

/** A tool by which a model deletes one memory of one namespace, by an id that another tool gave. */
export function forgetMemoryTool(scope: ToolScope): Tool<ForgetMemoryInput, ForgetMemoryOutput> {
  const { memory, namespace } = scope;
  const filters = scope.recall?.filters;
  return tool({
    description: "Forget one memory for good, because it is wrong, outdated, or the user wants it forgotten.",
    inputSchema: inputSchema<ForgetMemoryInput>({
      id: { type: "string", description: "The id of the memory, as another memory tool gave it." },
    }),
    execute: ({ id }, { abortSignal }): Promise<ForgetMemoryOutput> =>
      orFailure<{ forgotten: string }>(
        async () => {
          const { count } = await memory.delete({ namespace, ids: [id], ...(filters && { filters }) });
          if (count > 0) return { forgotten: id };
          return { error: "Nothing was forgotten: there is no memory with this id. Take the id from a search." };
        },
        { scope, toolName: "forgetMemory", what: "The memory was not forgotten", signal: abortSignal },
      ),
    toModelOutput: ({ output }) => toolText(output, ({ forgotten }) => `Forgot ${forgotten}.`),
  });
}
