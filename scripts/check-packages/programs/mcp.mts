import { createPersisto } from "@persisto/core";
import { answerMcpRequest, createPersistoMcpServer, toolNames } from "@persisto/mcp";

const memory = await createPersisto();
createPersistoMcpServer({ memory, namespace: "ada" });

async function call(name: string, parameters: object): Promise<string> {
  const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: parameters } };
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const request = new Request("http://127.0.0.1/mcp", { method: "POST", headers, body: JSON.stringify(body) });
  return (await answerMcpRequest(request, { body, memory, namespace: "ada" })).text();
}

await call("save_memory", { content: "Ada lives in Lisbon." });
const found = await call("search_memories", { query: "Where does Ada live?" });
if (!found.includes("Ada lives in Lisbon.")) throw new Error(`found ${found}`);
if (toolNames.length !== 5) throw new Error(`has the tools ${toolNames.join(", ")}`);
await memory.close();
