/** npm passes on the Ctrl+C that the terminal has sent to every process already: that is one signal, not two. */
const echoMs = 500;

/** Runs `stop` on SIGINT and SIGTERM and exits with 0; a second signal exits at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let signalledAt: number | undefined;
  const onSignal = (): void => {
    if (signalledAt === undefined) {
      signalledAt = performance.now();
      void exitAfter(stop);
    } else if (performance.now() - signalledAt > echoMs) {
      process.exit(1);
    }
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

async function exitAfter(stop: () => Promise<void>): Promise<void> {
  try {
    await stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`Persisto: stopping failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
