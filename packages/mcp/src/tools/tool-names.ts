/** Every tool there is. */
export const toolNames = ["save_memory", "search_memories", "list_memories", "update_memory", "delete_memory"] as const;

/** One of the tools. */
export type ToolName = (typeof toolNames)[number];

/** The tools that change nothing. */
export const readingToolNames = ["search_memories", "list_memories"] as const satisfies readonly ToolName[];
