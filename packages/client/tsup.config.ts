import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts"],
  format: ["esm", "cjs"],
  target: "es2022",
  // The contract is bundled, so the published client has no dependency at all.
  noExternal: ["@persisto/contract"],
  dts: { resolve: ["@persisto/contract"] },
  clean: true,
});
