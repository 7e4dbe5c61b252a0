import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "langgraph/index": "src/langgraph/index.ts",
    "middleware/index": "src/middleware/index.ts",
  },
  format: ["esm", "cjs"],
  target: "node20",
  // Shared chunks in CJS too, so that all entries agree on what an instance is.
  splitting: true,
  dts: true,
  clean: true,
});
