import { createPersisto, PersistoValidationError } from "@persisto/core";

const memory = await createPersisto();
await memory.save({ namespace: "ada", content: "Ada lives in Lisbon.", metadata: { topic: "home" } });
const { results } = await memory.query({ namespace: "ada", query: "Where does Ada live?", filters: { topic: "home" } });
if (results[0]?.content !== "Ada lives in Lisbon.") throw new Error(`found ${JSON.stringify(results)}`);
const error: unknown = await memory.save({ namespace: "", content: "" }).catch((reason: unknown) => reason);
if (!(error instanceof PersistoValidationError)) throw new Error(`refused with ${String(error)}`);
await memory.close();
