import core = require("@persisto/core");
import langgraph = require("@persisto/langchain/langgraph");
import middleware = require("@persisto/langchain/middleware");

async function main(): Promise<void> {
  const memory = await core.createPersisto();
  const store = new langgraph.PersistoStore({ memory });
  await store.put(["users"], "ada", { text: "Ada likes tea." });
  if ((await store.search(["users"], { query: "tea" })).length !== 1) throw new Error("lost an item");
  if (middleware.createMemoryTools({ memory, namespace: "ada" }).length !== 2) throw new Error("lost a tool");
  await memory.close();
}

void main();
