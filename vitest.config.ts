import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "vitest/config";

/** `import text from "./0001-init.sql"`, as tsup's text loader does it. */
const filesAsText: Plugin = {
  name: "files-as-text",
  enforce: "pre",
  // Under another name, or Vite would take style sheets and scripts for what they are.
  resolveId: (source, importer) =>
    importer && /\.(sql|html|css|browser\.js)$/.test(source) ? `\0${join(dirname(importer), source)}.text` : null,
  load: (id) =>
    id.startsWith("\0") && id.endsWith(".text")
      ? `export default ${JSON.stringify(readFileSync(id.slice(1, -".text".length), "utf8"))};`
      : null,
};

export default defineConfig({
  plugins: [filesAsText],
  test: {
    include: [
      "packages/*/{src,test}/**/*.test.ts",
      "test/**/*.test.ts",
      "bench/**/*.test.ts",
      "chaos/**/*.test.ts",
      "examples/**/*.test.ts",
    ],
    // Each file has its own process, because PGlite lives in a worker thread that must end with the file.
    pool: "forks",
    // A PGlite under test takes up to 900 MB.
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Default one second, which 256 requests at once take on a busy machine.
    expect: { poll: { timeout: 20_000 } },
  },
});
