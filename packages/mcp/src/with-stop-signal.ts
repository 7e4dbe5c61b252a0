/** Runs what ends when its signal aborts. SIGINT and SIGTERM abort it, so that the process closes what it has open instead of dying. */
export async function withStopSignal<Result>(act: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const ends = new AbortController();
  const end = (): void => ends.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    return await act(ends.signal);
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}
