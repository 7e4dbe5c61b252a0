import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { createPersistoMcpServer, type PersistoMcpOptions } from "../src/index.js";

/** The official client, connected to a server of its own in this process. */
export async function connect(options: PersistoMcpOptions): Promise<Client> {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await createPersistoMcpServer(options).connect(serverSide);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(clientSide);
  return client;
}

/** Calls a tool; gives its text, its data and whether it failed. */
export async function callTool(client: Client, name: string, input: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: input });
  const [content] = result.content;
  return {
    text: content?.type === "text" ? content.text : "",
    data: (result.structuredContent ?? {}) as Record<string, never>,
    failed: result.isError === true,
  };
}
