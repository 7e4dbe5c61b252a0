import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPersisto } from "@persisto/core";
import { chooseModel } from "./choose-model.js";
import { indexRepository } from "./index-repository.js";
import { openRepository } from "./open-repository.js";
import { showProgress } from "./progress.js";
import { createChat, serve } from "./serve.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string", default: "3000" } },
});
const cacheRoot = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
const cache = join(cacheRoot, "persisto-github-rag-chatbot");

const model = await chooseModel(process.env);
const repository = await openRepository(positionals[0] ?? ".", cache);
const memory = await createPersisto({ dataDir: join(cache, "store") });

const progress = showProgress(`Indexing ${repository.name}`);
const indexed = await indexRepository({ memory, repository, onProgress: progress.update });
progress.end();
const { files, passages, changed, deleted, skipped } = indexed;
const reasons = [...skipped].map(([reason, count]) => `${count} ${reason}`).join(", ");
console.log(
  `${repository.name}: ${passages} passages of ${files.size} files (${changed} new or changed, ${deleted} gone).`,
);
if (reasons) console.log(`Left out: ${reasons}.`);

const server = await serve(createChat({ memory, repository, model, files }), Number(values.port));
console.log(
  `Answers by ${model ? model.modelId : "quotes (set MODEL for a model, see README.md)"}. Open ${server.url}`,
);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void server.close().then(() => memory.close()));
