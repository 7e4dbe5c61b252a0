import { tool, type StructuredToolInterface } from "@langchain/core/tools";
import { describeFailure, renderMemories, storableText } from "@persisto/adapter-kit";
import { isPersistoError, type Memory, type Metadata } from "@persisto/contract";
import { recaller, type RecallOptions } from "../recaller.js";
import { checkPlace, namespaceOf, type NamespaceOf } from "./namespace-of.js";

/** What the tools of an agent may do, and where. */
export interface MemoryToolsOptions extends Omit<RecallOptions, "filter"> {
  /** Never closed by the tools. */
  memory: Memory;
  /** Whose memories; the model has no say in it. */
  namespace: NamespaceOf;
  /** Of every memory the model makes. */
  metadata?: Metadata;
  ttlSeconds?: number;
  /** Whether there is only the tool to search. Default false. */
  readOnly?: boolean;
}

interface SearchInput {
  query: string;
}

interface ManageInput {
  action: "create" | "update" | "delete";
  content?: string;
  id?: string;
}

/** The config of a call; inside an agent with the context of the run. */
interface ToolConfig {
  configurable?: Record<string, unknown>;
  context?: unknown;
}

const searchSchema = {
  type: "object",
  properties: { query: { type: "string", description: "What to look for, in plain words." } },
  required: ["query"],
  additionalProperties: false,
} as const;

const manageSchema = {
  type: "object",
  properties: {
    action: { type: "string", enum: ["create", "update", "delete"] },
    content: { type: "string", description: "The memory, as one self-contained statement; for create and update." },
    id: { type: "string", description: "The id that search_memory gave; for update and delete." },
  },
  required: ["action"],
  additionalProperties: false,
} as const;

/**
 * Tools with which a model minds its own memory: `search_memory`, and `manage_memory` to create, update and delete. What goes wrong is
 * told to the model, so that it can do better.
 */
export function createMemoryTools(options: MemoryToolsOptions): StructuredToolInterface[] {
  checkPlace(options);
  const search = searchTool(options);
  return options.readOnly ? [search] : [search, manageTool(options)];
}

function searchTool({
  memory,
  namespace,
  k,
  mode,
  retrieval,
  groupBy,
  rerank,
}: MemoryToolsOptions): StructuredToolInterface {
  const recall = recaller(memory, { k, mode, retrieval, groupBy, rerank });
  return tool(
    async ({ query }: SearchInput, config: ToolConfig) => {
      const place = await namespaceOf(namespace, config);
      const found = async () => renderMemories(await recall(place, query), { withIds: true });
      return (await orSaid(found)) || "No memory matches. Try other words, or go on without.";
    },
    {
      name: "search_memory",
      description:
        "Searches what is remembered of earlier conversations: facts, preferences and events, each with its id.",
      schema: searchSchema,
    },
  );
}

function manageTool(options: MemoryToolsOptions): StructuredToolInterface {
  return tool(
    async (input: ManageInput, config: ToolConfig) => {
      const place = await namespaceOf(options.namespace, config);
      return orSaid(() => manage(input, place, options));
    },
    {
      name: "manage_memory",
      description:
        "Creates, updates or deletes one memory for later conversations. Create what is worth knowing again; update what has changed instead of creating it twice.",
      schema: manageSchema,
    },
  );
}

async function manage(
  { action, content, id }: ManageInput,
  namespace: string,
  { memory, metadata, ttlSeconds }: MemoryToolsOptions,
): Promise<string> {
  const text = storableText(content ?? "").trim();
  if (action !== "delete" && text === "") return `Nothing was done: ${action} needs content.`;
  if (action === "create") {
    const extras = { ...(metadata && { metadata }), ...(ttlSeconds !== undefined && { ttlSeconds }) };
    const saved = await memory.save({ namespace, content: text, ...extras });
    return `Created the memory ${saved.id}.`;
  }
  if (!id) return `Nothing was done: ${action} needs the id that search_memory gives.`;
  if (action === "update") {
    await memory.update({ namespace, id, content: text });
    return `Updated the memory ${id}.`;
  }
  const { count } = await memory.delete({ namespace, id });
  return count === 0 ? unknown(id) : `Deleted the memory ${id}.`;
}

/** What a call gives, or in words why it failed; errors that are not Persisto's are somebody's bug and thrown. */
async function orSaid(call: () => Promise<string>): Promise<string> {
  try {
    return await call();
  } catch (error) {
    if (!isPersistoError(error)) throw error;
    return describeFailure("Nothing was done", error);
  }
}

function unknown(id: string): string {
  return `Nothing was done: there is no memory ${JSON.stringify(id)}. Search for the right id first.`;
}
