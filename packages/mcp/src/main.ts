#!/usr/bin/env node
import { isPersistoError } from "@persisto/contract";
import { runStdioFromEnvironment } from "./run-stdio-from-environment.js";

try {
  await runStdioFromEnvironment();
  process.exit(0);
} catch (error) {
  const said = isPersistoError(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : error;
  process.stderr.write(`Persisto cannot serve MCP: ${String(said)}\n`);
  process.exit(1);
}
