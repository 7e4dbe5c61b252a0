import { tool, type Tool } from "ai";
import { inputSchema } from "./input-schema.js";
import { orFailure, type ToolFailure, type ToolScope } from "./tool-scope.js";
import { toolText } from "./tool-text.js";

/** Arguments of the tool that remembers. */
export interface AddMemoryInput {
  memory: string;
}

/** The memory that was saved, or why none was. */
export type AddMemoryOutput = { id: string } | ToolFailure;

/** A tool by which a model remembers a text in one namespace. */
export function addMemoryTool(scope: ToolScope): Tool<AddMemoryInput, AddMemoryOutput> {
  const { memory: store, namespace, metadata, ttlSeconds } = scope;
  return tool({
    description:
      "Remember something for later conversations: a fact, preference, decision or event. One thing at a time, in a " +
      "sentence that can be understood alone, with names instead of pronouns.",
    inputSchema: inputSchema<AddMemoryInput>({
      memory: { type: "string", description: "What to remember." },
    }),
    execute: ({ memory: content }, { abortSignal }): Promise<AddMemoryOutput> =>
      orFailure(
        async () => {
          const more = { ...(metadata && { metadata }), ...(ttlSeconds !== undefined && { ttlSeconds }) };
          const { id } = await store.save({ namespace, content, ...more });
          return { id };
        },
        { scope, toolName: "addMemory", what: "The memory was not saved", signal: abortSignal },
      ),
    toModelOutput: ({ output }) => toolText(output, ({ id }) => `Remembered as ${id}.`),
  });
}
