import core = require("@persisto/core");
import schema = require("@llamaindex/core/schema");
import vectorStore = require("@llamaindex/core/vector-store");
import adapter = require("@persisto/llamaindex");

async function main(): Promise<void> {
  const memory = await core.createPersisto();
  const embedModel = new adapter.PersistoEmbedding();
  const store = new adapter.PersistoVectorStore({ memory, namespace: "docs", embedModel });
  await store.add([new schema.TextNode({ id_: "home", text: "Ada lives in Lisbon." })]);
  const mode = vectorStore.VectorStoreQueryMode.DEFAULT;
  const { ids } = await store.query({ queryStr: "Where does Ada live?", similarityTopK: 1, mode });
  if (ids[0] !== "home") throw new Error(`found ${JSON.stringify(ids)}`);
  await memory.close();
}

void main();
