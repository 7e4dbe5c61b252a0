#!/usr/bin/env node
import { describeFailure, runProgram } from "./program.js";

try {
  await runProgram(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
}
