import { FakeListChatModel } from "@langchain/core/utils/testing";
import { createPersisto } from "@persisto/core";
import { PersistoStore } from "@persisto/langchain/langgraph";
import { createMemoryTools, persistoMemoryMiddleware } from "@persisto/langchain/middleware";
import { createAgent } from "langchain";

/** Agents of the oldest versions ask every model for this. */
class Model extends FakeListChatModel {
  override bindTools(): this {
    return this;
  }
}

const memory = await createPersisto();
const store = new PersistoStore({ memory });
if ((await store.search(["users"], { query: "tea" })).length > 0) throw new Error("found what is not there");
await store.put(["users", "ada"], "taste", { text: "Ada likes tea." });
if ((await store.get(["users", "ada"], "taste"))?.value["text"] !== "Ada likes tea.") throw new Error("lost an item");

const options = { memory, namespace: "user:ada" };
const model = new Model({ responses: ["Nice to meet you."] });
const agent = createAgent({ model, middleware: [persistoMemoryMiddleware(options)], store });
await agent.invoke({ messages: [{ role: "user", content: "I am Ada." }] });
const { memories } = await memory.list({ namespace: "user:ada" });
if (!memories[0]?.content.includes("Nice to meet you.")) throw new Error("the turn was not remembered");
const [search] = createMemoryTools(options);
const found: unknown = await search?.invoke({ query: "Who am I?" });
if (!String(found).includes("I am Ada.")) throw new Error(`the tool found ${String(found)}`);
await memory.close();
