import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", "http/index": "src/http/index.ts" },
  format: ["esm", "cjs"],
  target: "node20",
  dts: true,
  clean: true,
});
