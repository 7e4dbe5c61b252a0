import { setTimeout as pause } from "node:timers/promises";

/** What /readyz answered over time: statuses without repetition, and "refused" when nobody listened. */
export interface ReadinessWatch {
  /** Ends the watch, and gives what it saw, in order. */
  stop(): Promise<(number | string)[]>;
}

const everyMs = 10;

/** Asks /readyz again and again. */
export function watchReadiness(baseUrl: string): ReadinessWatch {
  const seen: (number | string)[] = [];
  let isStopping = false;
  const watching = (async (): Promise<void> => {
    while (!isStopping) {
      const answer = await ask(baseUrl);
      if (seen.at(-1) !== answer) seen.push(answer);
      await pause(everyMs);
    }
  })();
  return {
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
