import { setTimeout as pause } from "node:timers/promises";

/** What /readyz answered over time: statuses without repetition, and "refused" when nobody listened. */
export interface ReadinessWatch {
  /** Resolves when it has been answered for the first time. */
  readonly begun: Promise<unknown>;
  /** Ends the watch, and gives what it saw, in order. */
  stop(): Promise<(number | string)[]>;
}

const everyMs = 10;

/** Asks /readyz again and again. */
export function watchReadiness(baseUrl: string): ReadinessWatch {
  const seen: (number | string)[] = [];
  let isStopping = false;
  const note = async (): Promise<void> => {
    const answer = await ask(baseUrl);
    if (seen.at(-1) !== answer) seen.push(answer);
  };
  const begun = note();
  const watching = (async (): Promise<void> => {
    await begun;
    while (!isStopping) {
      await pause(everyMs);
      await note();
    }
  })();
  return {
    begun,
    async stop() {
      isStopping = true;
      await watching;
      return seen;
    },
  };
}

async function ask(baseUrl: string): Promise<number | string> {
  try {
    const response = await fetch(`${baseUrl}/readyz`);
    await response.arrayBuffer();
    return response.status;
  } catch {
    // Refused, or closed while it was asked: it is no longer there.
    return "refused";
  }
}
