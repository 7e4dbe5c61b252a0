import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseStore } from "@langchain/langgraph-checkpoint";
import type { Memory } from "@persisto/core";
import { PersistoStore } from "@persisto/langchain/langgraph";
import { createMemoryTools, persistoMemoryMiddleware, type MemoryRuntime } from "@persisto/langchain/middleware";
import { createAgent, tool } from "langchain";

/** Who is asking comes from the application, never from the model. */
const namespace = ({ configurable }: MemoryRuntime) => `user:${String(configurable?.["userId"])}`;

/** Counts how often each user was here, in LangGraph's store. */
const countVisit = tool(
  async (_input: object, runtime: { configurable?: Record<string, unknown>; store?: unknown }) => {
    const store = runtime.store as BaseStore;
    const place = ["visits", String(runtime.configurable?.["userId"])];
    const visits = Number((await store.get(place, "count"))?.value["visits"] ?? 0) + 1;
    await store.put(place, "count", { visits });
    return `Visit number ${visits}.`;
  },
  { name: "count_visit", description: "Counts this visit.", schema: { type: "object", properties: {} } },
);

/** An agent that recalls and remembers by itself, and may also do so on purpose. */
export function createRememberingAgent({ memory, model }: { memory: Memory; model: BaseChatModel }) {
  return createAgent({
    model,
    systemPrompt: "Help the user. Remember what will matter again.",
    tools: [countVisit, ...createMemoryTools({ memory, namespace })],
    middleware: [persistoMemoryMiddleware({ memory, namespace, recall: { k: 5 } })],
    store: new PersistoStore({ memory, namespace: "agent-store" }),
  });
}
