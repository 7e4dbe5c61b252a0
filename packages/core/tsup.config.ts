import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", "pglite-worker": "src/store/clients/pglite-worker.ts" },
  format: ["esm", "cjs"],
  target: "node20",
  dts: { entry: { index: "src/index.ts" } },
  loader: { ".sql": "text" },
  shims: true,
  clean: true,
});
