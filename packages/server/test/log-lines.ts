import { Writable } from "node:stream";
import { pino, type Logger } from "pino";

/** A real logger, and what it has written. */
export function collectLog(): { logger: Logger; lines: string[]; requests(): Record<string, unknown>[] } {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return {
    logger: pino(sink),
    lines,
    requests: () =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === "request"),
  };
}
