import { orEmpty, renderMemories, type ShownMemory } from "@persisto/adapter-kit";
import { tool, type Tool } from "ai";
import { inputSchema } from "./input-schema.js";
import { orFailure, type ToolFailure, type ToolScope } from "./tool-scope.js";
import { toolText } from "./tool-text.js";

/** Arguments of the tool that lists. */
export interface ListMemoriesInput {
  limit?: number;
  cursor?: string;
}

/** A page of memories, newest first, or why there is none. */
export type ListMemoriesOutput = { memories: ShownMemory[]; nextCursor: string | null } | ToolFailure;

/** A tool by which a model pages through the memories of one namespace. */
export function listMemoriesTool(scope: ToolScope): Tool<ListMemoriesInput, ListMemoriesOutput> {
  const { memory, namespace } = scope;
  const filters = scope.recall?.filters;
  return tool({
    description: "List what is remembered, newest first. To find something in particular use searchMemories.",
    inputSchema: inputSchema<ListMemoriesInput>({
      limit: {
        type: "integer",
        minimum: 1,
        maximum: 100,
        optional: true,
        description: "Memories a page; 20 if absent.",
      },
      cursor: { type: "string", optional: true, description: "The cursor that the page before ended with." },
    }),
    execute: ({ limit = 20, cursor }, { abortSignal }): Promise<ListMemoriesOutput> =>
      orFailure(
        async () => {
          const more = { ...(filters && { filters }), ...(cursor !== undefined && { cursor }) };
          const page = memory.list({ namespace, limit, ...more });
          const { memories, nextCursor } = await orEmpty(page, { memories: [], nextCursor: null });
          return { memories: memories.map(({ id, content, createdAt }) => ({ id, content, createdAt })), nextCursor };
        },
        { scope, toolName: "listMemories", what: "Memories could not be listed", signal: abortSignal },
      ),
    toModelOutput: ({ output }) =>
      toolText(output, ({ memories, nextCursor }) => {
        // A list says what is there: it is cut by its limit alone.
        const text = renderMemories(memories, { withIds: true, maxCharacters: Infinity }) || "There are no memories.";
        return nextCursor === null ? text : `${text}\nThere are more; the cursor is ${nextCursor}`;
      }),
  });
}
