import { type ShownMemory, renderMemories } from "@persisto/adapter-kit";
import { tool, type Tool } from "ai";
import { recall } from "../recall.js";
import { inputSchema } from "./input-schema.js";
import { orFailure, type ToolFailure, type ToolScope } from "./tool-scope.js";
import { toolText } from "./tool-text.js";

/** Arguments of the tool that searches. */
export interface SearchMemoriesInput {
  query: string;
  limit?: number;
}

/** What was found, best first, or why nothing could be. */
export type SearchMemoriesOutput = { memories: ShownMemory[] } | ToolFailure;

const most = 20;

/** A tool by which a model searches the memories of one namespace. */
export function searchMemoriesTool(scope: ToolScope): Tool<SearchMemoriesInput, SearchMemoriesOutput> {
  return tool({
    description:
      "Search what is remembered from earlier conversations. Use it before answering anything that may depend on " +
      "what was said, decided or preferred before.",
    inputSchema: inputSchema<SearchMemoriesInput>({
      query: { type: "string", description: "What to look for, in words or as a question." },
      limit: { type: "integer", minimum: 1, maximum: most, optional: true, description: "Most memories to return." },
    }),
    execute: ({ query, limit }, { abortSignal }): Promise<SearchMemoriesOutput> =>
      orFailure(
        async () => {
          const settings = limit === undefined ? scope.recall : { ...scope.recall, k: limit };
          const hits = await recall(query, { ...scope, recall: settings ?? {} });
          return { memories: hits.map(({ id, content, createdAt }) => ({ id, content, createdAt })) };
        },
        { scope, toolName: "searchMemories", what: "Memories could not be searched", signal: abortSignal },
      ),
    toModelOutput: ({ output }) =>
      toolText(output, ({ memories }) => {
        const maxCharacters = scope.recall?.maxCharacters;
        const text = renderMemories(memories, { withIds: true, ...(maxCharacters !== undefined && { maxCharacters }) });
        return text || "No memories match. Nothing is remembered about this.";
      }),
  });
}
