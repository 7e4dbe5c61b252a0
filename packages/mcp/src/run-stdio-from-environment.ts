import { PersistoValidationError } from "@persisto/contract";
import { openMemory, type Environment } from "./open-memory.js";
import { runStdio } from "./run-stdio.js";
import { withStopSignal } from "./with-stop-signal.js";

/** Switches, as people write them. */
const switches: Readonly<Record<string, boolean>> = { "": false, "0": false, false: false, "1": true, true: true };

/**
 * Serves one client on standard input and output with the memory that PERSISTO_API_URL and PERSISTO_API_KEY or
 * PERSISTO_DATA_DIR name, in PERSISTO_NAMESPACE alone if there is one, and with PERSISTO_READ_ONLY=1 without the tools
 * that change something. Resolves when its input has ended and the memory is closed; SIGINT and SIGTERM end it, too.
 * @throws PersistoError saying what to set.
 */
export async function runStdioFromEnvironment(environment: Environment = process.env): Promise<void> {
  const { PERSISTO_NAMESPACE: namespace, PERSISTO_READ_ONLY: readOnlyText = "" } = environment;
  const readOnly = switches[readOnlyText];
  if (readOnly === undefined) {
    throw new PersistoValidationError([{ field: "PERSISTO_READ_ONLY", message: "must be 1 or 0" }]);
  }
  await withStopSignal(async (signal) => {
    const { memory, place, close } = await openMemory(environment);
    // On stderr: stdout is the protocol's.
    process.stderr.write(`Persisto serves MCP on stdio with the memories of ${place}.\n`);
    try {
      await runStdio({ memory, readOnly, ...(namespace && { namespace }), signal });
    } finally {
      await close();
    }
  });
}
