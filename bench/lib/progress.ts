/** A counter on stderr, rewritten in place on a terminal, silent elsewhere. */
export function startProgress(what: string, total: number): { tick(): void } {
  let done = 0;
  let shownAt = 0;
  return {
    tick() {
      done++;
      const now = performance.now();
      if (!process.stderr.isTTY || (now - shownAt < 200 && done < total)) return;
      shownAt = now;
      process.stderr.write(`\r${what} ${done}/${total}${done === total ? "\n" : ""}`);
    },
  };
}
