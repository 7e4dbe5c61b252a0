import core = require("@persisto/core");

async function main(): Promise<void> {
  const memory: core.Persisto = await core.createPersisto();
  await memory.save({ namespace: "ada", content: "Ada lives in Lisbon." });
  const { results } = await memory.query({ namespace: "ada", query: "Where does Ada live?" });
  if (results[0]?.content !== "Ada lives in Lisbon.") throw new Error(`found ${JSON.stringify(results)}`);
  await memory.close();
}

void main();
