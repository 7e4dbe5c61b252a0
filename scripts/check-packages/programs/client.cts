import client = require("@persisto/client");

async function main(): Promise<void> {
  const memory = new client.PersistoClient({ apiKey: "none", baseUrl: "http://127.0.0.1:9", maxRetries: 0 });
  const error: unknown = await memory.listNamespaces().catch((reason: unknown) => reason);
  if (!client.isPersistoError(error)) throw new Error(`refused with ${String(error)}`);
}

void main();
