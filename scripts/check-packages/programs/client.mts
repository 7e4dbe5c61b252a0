import { isPersistoError, PersistoClient, type Memory } from "@persisto/client";

const memory: Memory = new PersistoClient({ apiKey: "none", baseUrl: "http://127.0.0.1:9", maxRetries: 0 });
const error: unknown = await memory.listNamespaces().catch((reason: unknown) => reason);
if (!isPersistoError(error) || error.code !== "unavailable") throw new Error(`refused with ${String(error)}`);
