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
  // The contract and what the adapters share are bundled, so that the package has no dependency at all.
  noExternal: ["@persisto/contract", "@persisto/adapter-kit"],
  // Its types come from the source: its built types are split into files that tsup does not follow.
  dts: {
    compilerOptions: {
      paths: {
        "@persisto/contract": ["../contract/src/index.ts"],
        "@persisto/adapter-kit": ["../adapter-kit/src/index.ts"],
      },
    },
  },
  clean: true,
});
