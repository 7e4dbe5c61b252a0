import { defineConfig } from "tsup";

/** The documentation page is part of the code. */
const loader = { ".html": "text", ".css": "text", ".browser.js": "text" } as const;

export default defineConfig([
  {
    entry: { index: "src/index.ts", program: "src/program.ts" },
    format: ["esm", "cjs"],
    target: "node20",
    dts: true,
    clean: true,
    loader,
  },
  { entry: { main: "src/main.ts" }, format: ["esm"], target: "node20", loader },
]);
