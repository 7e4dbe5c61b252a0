/** Tells how far a work with a known number of steps is. */
export interface Progress {
  update(done: number, total: number): void;
  end(): void;
}

/** One line that is written anew on a terminal, and a line every five seconds elsewhere. */
export function showProgress(what: string, output: NodeJS.WriteStream = process.stderr): Progress {
  const started = performance.now();
  const pauseMs = output.isTTY ? 100 : 5_000;
  let shownAt = started;
  return {
    update(done, total) {
      const now = performance.now();
      if (now - shownAt < pauseMs) return;
      shownAt = now;
      const secondsLeft = done === 0 ? "?" : Math.ceil((((now - started) / done) * (total - done)) / 1_000);
      const line = `${what}: ${done} of ${total} files, about ${secondsLeft} s left`;
      output.write(output.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
    },
    end() {
      if (output.isTTY) output.write("\r\u001B[2K");
    },
  };
}
