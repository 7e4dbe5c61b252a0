import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Embedder } from "@persisto/contract";
import { parseStaticTable } from "./static-table.js";
import { tableEmbedder } from "./table-embedder.js";

let loading: Promise<Embedder> | undefined;

/**
 * The built-in English embedder: 256 dimensions, no key, no network. It sums one trained vector per word piece, so it
 * knows neither word order nor negation; use it together with lexical search. The table is read at the first call and
 * kept for the life of the process. A text without a word gets the vector of an unknown word.
 * @throws Error when the table cannot be read; the next call tries again.
 */
export function staticEmbedder(): Promise<Embedder> {
  loading ??= load().catch((cause: unknown) => {
    loading = undefined;
    throw new Error(
      "Cannot read the built-in embedding table static-minilm-256.bin of @persisto/core; " +
        "reinstall the package, and keep it external if you bundle your code.",
      { cause },
    );
  });
  return loading;
}

async function load(): Promise<Embedder> {
  const require = createRequire(import.meta.url);
  const bytes = await readFile(require.resolve("@persisto/core/static-minilm-256.bin"));
  // Named after what is really in the file: a swapped table can never pass for the old vector space. Takes 10 ms.
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return tableEmbedder(parseStaticTable(bytes), `local/static-minilm-256@${sha256.slice(0, 8)}`);
}
