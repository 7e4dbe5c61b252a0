#!/usr/bin/env node
import { run } from "./run.js";

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const exitCode = await run(process.argv.slice(2));
// A failed start may leave a timer behind; a server that runs must go on.
if (exitCode !== 0) process.exit(exitCode);
