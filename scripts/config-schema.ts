// `npm run config-schema`: writes the JSON Schema of persisto.config.json, which a test compares with the code.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configJsonSchema } from "../packages/server/src/config/config-file-schema.js";

const file = fileURLToPath(new URL("../packages/server/persisto.schema.json", import.meta.url));
writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
console.log(`Wrote ${file}`);
