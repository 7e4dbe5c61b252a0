import { PersistoError } from "@persisto/contract";
import type { Query } from "../sql-client.js";
import { encodeParameter } from "./encode-parameter.js";
import type { Answer, Run } from "./statement.js";

/** A session in the hands of a piece of work. */
export interface Loan {
  readonly query: Query;
  /** Rejects with unavailable when no statement came for too long. */
  readonly idleTooLong: Promise<never>;
  /** Refuses what comes later or has not begun, and waits for the statement under way. */
  end(): Promise<void>;
}

/**
 * Lends one session to a piece of work: its statements run one at a time in the order of the calls,
 * also when the work does not await them, and none runs after the work has ended.
 */
export function lendSession(run: Run, idleTimeoutMs: number): Loan {
  let ended = false;
  let unanswered = 0;
  let last: Promise<Answer | undefined> = Promise.resolve(undefined);
  let idleTimer: NodeJS.Timeout | undefined;
  let giveUp: (reason: PersistoError) => void;
  const idleTooLong = new Promise<never>((_, reject) => (giveUp = reject));

  function awaitStatement(): void {
    if (ended || unanswered > 0) return;
    idleTimer = setTimeout(() => giveUp(idleError(idleTimeoutMs)), idleTimeoutMs);
    idleTimer.unref();
  }

  async function query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const encoded = parameters.map(encodeParameter);
    clearTimeout(idleTimer);
    unanswered += 1;
    const answer = last.then(() => {
      if (ended) throw endedError();
      return run(text, encoded);
    });
    // The next statement only waits; a failure goes to whoever asked for this one.
    last = answer.catch(() => undefined);
    try {
      return (await answer).rows as Row[];
    } finally {
      unanswered -= 1;
      awaitStatement();
    }
  }

  async function end(): Promise<void> {
    ended = true;
    clearTimeout(idleTimer);
    await last;
  }

  awaitStatement();
  return { query, idleTooLong, end };
}

function idleError(idleTimeoutMs: number): PersistoError {
  return new PersistoError("unavailable", `A transaction was ended: it ran no statement for ${idleTimeoutMs} ms.`);
}

function endedError(): PersistoError {
  return new PersistoError("internal", "This query function belongs to a transaction that has ended.");
}
