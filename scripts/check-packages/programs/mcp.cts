import core = require("@persisto/core");
import mcp = require("@persisto/mcp");
import events = require("node:events");
import stream = require("node:stream");

async function main(): Promise<void> {
  const memory = await core.createPersisto();
  const input = new stream.PassThrough();
  const output = new stream.PassThrough();
  const served = mcp.runStdio({ memory, namespace: "ada", input, output });
  input.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} })}\n`);
  const said = String(await events.once(output, "data"));
  if (!said.includes("search_memories")) throw new Error(`said ${said}`);
  input.end();
  await served;
  await memory.close();
}

void main();
