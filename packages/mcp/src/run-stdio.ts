import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { createPersistoMcpServer, type PersistoMcpOptions } from "./create-persisto-mcp-server.js";

/** What is served, and where. */
export interface StdioOptions extends PersistoMcpOptions {
  /** Default: the standard input of the process. */
  input?: Readable;
  /** Nothing but the protocol is written to it. Default: the standard output of the process. */
  output?: Writable;
  /** Ends it early. */
  signal?: AbortSignal;
}

/**
 * Serves one client on standard input and output until its input ends. The memory stays open.
 * @throws PersistoValidationError naming the option that is wrong.
 */
export async function runStdio(options: StdioOptions): Promise<void> {
  const { input = process.stdin, output = process.stdout, signal, ...serverOptions } = options;
  // Made once before anybody asks, so that wrong options are told at the start.
  createPersistoMcpServer(serverOptions);
  const handle = serveStdio(() => createPersistoMcpServer(serverOptions), {
    transport: new StdioServerTransport(input, output),
  });
  const ends = new AbortController();
  const stop = signal ? [once(signal, "abort", { signal: ends.signal })] : [];
  const ended = ["end", "close"].map((event) => once(input, event, { signal: ends.signal }));
  const gone = once(output, "error", { signal: ends.signal });
  try {
    if (signal?.aborted !== true) await Promise.race([...ended, ...stop, gone]);
  } finally {
    ends.abort();
    await Promise.allSettled([...ended, ...stop, gone]);
    await handle.close();
  }
}
