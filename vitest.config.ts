import { availableParallelism } from "node:os";
import { defineConfig, type Plugin } from "vitest/config";

/** `import text from "./0001-init.sql"`, as tsup's text loader does it. */
const sqlAsText: Plugin = {
  name: "sql-as-text",
  transform: (code, id) =>
    id.endsWith(".sql") ? { code: `export default ${JSON.stringify(code)};`, map: null } : null,
};

export default defineConfig({
  plugins: [sqlAsText],
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts", "examples/**/*.test.ts"],
    // Each file has its own process, because PGlite lives in a worker thread that must end with the file.
    pool: "forks",
    // A PGlite under test takes up to 900 MB.
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
