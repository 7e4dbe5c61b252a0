/** Loads the TypeScript that ships in @persisto/core, so that the tools measure that code and not a copy. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { staticSourceFolder, workFolder } from "./paths.mjs";

/** @param {string} name file name without its ending @returns {Promise<any>} */
export async function shippedModule(name) {
  mkdirSync(workFolder, { recursive: true });
  const outfile = join(workFolder, `${name}.mjs`);
  const entryPoints = [join(staticSourceFolder, `${name}.ts`)];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}
