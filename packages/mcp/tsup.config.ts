import { defineConfig } from "tsup";

/** The contract and what the adapters share are bundled. */
const noExternal = ["@persisto/contract", "@persisto/adapter-kit"];

export default defineConfig([
  {
    entry: { index: "src/index.ts" },
    format: ["esm", "cjs"],
    target: "node20",
    noExternal,
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
  },
  { entry: { main: "src/main.ts" }, format: ["esm"], target: "node20", noExternal },
]);
