import core = require("@persisto/core");
import adapter = require("@persisto/langchain");

async function main(): Promise<void> {
  const memory = await core.createPersisto();
  const store = new adapter.PersistoVectorStore({ memory, namespace: "docs" });
  await store.addDocuments([{ pageContent: "Ada lives in Lisbon.", metadata: {} }]);
  const [document] = await store.similaritySearch("Where does Ada live?", 1);
  if (document?.pageContent !== "Ada lives in Lisbon.") throw new Error(`found ${JSON.stringify(document)}`);
  await memory.close();
}

void main();
