import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", "http/index": "src/http/index.ts" },
  format: ["esm", "cjs"],
  target: "node20",
  // Shared chunks in CJS too, so that both entries throw the same error classes.
  splitting: true,
  dts: true,
  clean: true,
});
