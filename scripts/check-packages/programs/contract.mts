import { matchesFilters, PersistoNotFoundError, toProblem, type Memory } from "@persisto/contract";
import { openApiDocument, parseInput, querySchema } from "@persisto/contract/http";

async function remember(memory: Pick<Memory, "save">, content: string): Promise<string> {
  return (await memory.save({ namespace: "notes", content })).id;
}
if (!matchesFilters({ topic: { in: ["health"] } }, { topic: "health" }))
  throw new Error(`no match for ${remember.name}`);
if (toProblem(new PersistoNotFoundError("There is none."), "request-1").status !== 404)
  throw new Error("the problem lost its status");
if (openApiDocument({ version: "1.0.0" }).info.version !== "1.0.0") throw new Error("the document lost its version");
if (parseInput(querySchema, { namespace: "notes", query: "tea?" }).query !== "tea?") throw new Error("lost the query");
