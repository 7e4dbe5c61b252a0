import { setTimeout as pause } from "node:timers/promises";
import { createRecordedWriter, type WriterOptions } from "./recorded-writer.js";

/** How writers of one kind write. */
export type WriterKind = Pick<WriterOptions, "maxRetries" | "sendsKey"> & { readonly count: number };

/** Writers that save one operation after the other until they are stopped. */
export interface Writers {
  /** Resolves when each has finished what it was at. @throws what a writer threw. */
  stop(): Promise<void>;
}

/** How long a writer waits after a save that failed, so that a server that is down is not asked without a pause. */
const afterFailureMs = 100;

/** Starts writers of several kinds, which share a ledger. */
export function startWriters(
  kinds: readonly WriterKind[],
  options: Omit<WriterOptions, "maxRetries" | "sendsKey">,
): Writers {
  let isStopping = false;
  const write = async (name: string, kind: WriterKind): Promise<void> => {
    const writer = createRecordedWriter({ ...options, ...kind });
    for (let turn = 0; !isStopping; turn += 1) {
      // One word, which a search for it finds.
      const fate = await writer.save(`${name}n${turn}`);
      if (fate.kind !== "acknowledged") await pause(afterFailureMs);
    }
  };
  const writing = Promise.all(
    kinds.flatMap((kind, index) => Array.from({ length: kind.count }, (_, it) => write(`k${index}w${it}`, kind))),
  );
  // Thrown by stop, which comes later.
  writing.catch(() => undefined);
  return {
    async stop() {
      isStopping = true;
      await writing;
    },
  };
}
