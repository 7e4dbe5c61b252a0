import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPersisto } from "@persisto/core";
import { chooseModel } from "./choose-model.js";
import { indexRepository } from "./index-repository.js";
import { openRepository } from "./open-repository.js";
import { showProgress } from "./progress.js";
import { createChat, serve } from "./serve.js";

const options = { port: { type: "string", default: "3000" } } as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "persisto-github-rag-chatbot");
  const model = await chooseModel(process.env);
  const repository = await openRepository(positionals[0] ?? ".", cache);
  const memory = await createPersisto({ dataDir: join(cache, "store") });

  const progress = showProgress(`Indexing ${repository.name}`);
  const indexed = await indexRepository({ memory, repository, onProgress: progress.update });
  progress.end();
  const { files, passages, changed, deleted, skipped } = indexed;
  const done = `${changed} new or changed, ${deleted} gone`;
  console.log(`${repository.name}: ${passages} passages of ${files.size} files (${done}).`);
  if (skipped.size > 0) {
    console.log(`Left out: ${[...skipped].map(([reason, count]) => `${count} ${reason}`).join(", ")}.`);
  }
  if (passages === 0) throw new Error("There is nothing to answer from.");

  const server = await serve(createChat({ memory, repository, model, files }), Number(values.port));
  console.log(`Answers by ${model ? model.modelId : "quotes (README.md says how to set a model)"}. Open ${server.url}`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => void server.close().then(() => memory.close()));
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
