import { createPersisto, isPersistoError } from "@persisto/core";
import { PersistoChatMessageHistory, PersistoRetriever, PersistoVectorStore } from "@persisto/langchain";

const memory = await createPersisto();
const store = new PersistoVectorStore({ memory, namespace: "docs" });
// An error of the engine that the adapter must recognise: nothing was saved there yet.
if ((await store.similaritySearch("tea")).length > 0) throw new Error("found what is not there");
await store.addDocuments([{ pageContent: "Ada lives in Lisbon.", metadata: { topic: "home" } }]);
const [document] = await store.asRetriever({ k: 1, filter: { topic: "home" } }).invoke("Where does Ada live?");
if (document?.pageContent !== "Ada lives in Lisbon.") throw new Error(`found ${JSON.stringify(document)}`);
const [passage] = await new PersistoRetriever({ memory, namespace: "docs" }).invoke("Where does Ada live?");
if (passage?.pageContent !== "Ada lives in Lisbon.") throw new Error(`found ${JSON.stringify(passage)}`);

const history = new PersistoChatMessageHistory({ memory, sessionId: "monday" });
await history.addUserMessage("Hello.");
if ((await history.getMessages())[0]?.content !== "Hello.") throw new Error("the history lost a message");

// An error of the adapter, recognised with the engine's function.
const refused = store.similaritySearch("tea", 1, { topic: { like: "t%" } as never });
const error: unknown = await refused.catch((reason: unknown) => reason);
if (!isPersistoError(error)) throw new Error(`refused with ${String(error)}`);
await memory.close();
