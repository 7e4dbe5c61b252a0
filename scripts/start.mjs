// `npm start`: builds the server when needed, then becomes it. Arguments after `npm start --` are the server's. The npm script
// gives it a larger young generation of the heap: see "Memory of the process" in docs/operation.md.
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, "packages", "server", "dist", "main.js");

if (build({ filter: "@persisto/server..." })) {
  // The server's .env and data directory are those of the checkout, wherever this is called from.
  process.chdir(root);
  // In this very process, so that signals and the exit code need no forwarding. The `exec` of the npm script
  // is for the same: the shell between npm and us would take npm's signal, and die or sleep over it.
  process.argv[1] = main;
  await import(pathToFileURL(main).href);
} else {
  console.error("The server could not be built, see above.");
  process.exitCode = 1;
}
