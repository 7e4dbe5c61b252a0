import { TextNode } from "@llamaindex/core/schema";
import { VectorStoreQueryMode } from "@llamaindex/core/vector-store";
import { createPersisto, isPersistoError } from "@persisto/core";
import { PersistoEmbedding, PersistoMemoryBlock, PersistoVectorStore } from "@persisto/llamaindex";

const memory = await createPersisto();
const store = new PersistoVectorStore({ memory, namespace: "docs", embedModel: new PersistoEmbedding() });
const question = { queryStr: "Where does Ada live?", similarityTopK: 1, mode: VectorStoreQueryMode.DEFAULT };
// An error of the engine that the adapter must recognise: nothing was saved there yet.
if ((await store.query(question)).ids.length > 0) throw new Error("found what is not there");
await store.add([new TextNode({ id_: "home", text: "Ada lives in Lisbon.", metadata: { topic: "home" } })]);
const { ids, nodes } = await store.query(question);
if (ids[0] !== "home" || nodes?.[0]?.metadata["topic"] !== "home") throw new Error(`found ${JSON.stringify(nodes)}`);

const block = new PersistoMemoryBlock({ memory, namespace: "user:ada" });
await block.put([{ id: "1", role: "user", content: "I like green tea." }]);
const [recalled] = await block.get([{ id: "2", role: "user", content: "Which tea do I like?" }]);
const shown = JSON.stringify(recalled);
if (!shown.includes("green tea")) throw new Error(`recalled ${shown}`);

let error: unknown;
try {
  error = new PersistoVectorStore({ memory, namespace: "", embedModel: new PersistoEmbedding() });
} catch (thrown) {
  error = thrown;
}
if (!isPersistoError(error)) throw new Error(`refused with ${String(error)}`);
await memory.close();
