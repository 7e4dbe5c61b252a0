import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { readGauges } from "../lib/read-gauges.js";

/** The most that was seen of a server process. */
export interface Peaks {
  residentMb: number;
  requestsUnderWay: number;
  waitingForDatabase: number;
}

/** Looks at a server process again and again. */
export interface ProcessWatch {
  /** The peaks since the last call. */
  take(): Peaks;
  stop(): Promise<void>;
}

const everyMs = 500;

/** Watches its memory, by what Linux says, and its queues, by its own metrics. */
export function watchProcess(pid: number, metricsUrl: string): ProcessWatch {
  let peaks = nothing();
  let isStopping = false;
  const watching = (async (): Promise<void> => {
    while (!isStopping) {
      const [residentMb, gauges] = await Promise.all([readResidentMb(pid), readGauges(metricsUrl)]);
      peaks = {
        residentMb: Math.max(peaks.residentMb, residentMb),
        requestsUnderWay: Math.max(peaks.requestsUnderWay, gauges.get("persisto_http_requests_under_way") ?? 0),
        waitingForDatabase: Math.max(peaks.waitingForDatabase, gauges.get("persisto_database_waiting") ?? 0),
      };
      await pause(everyMs);
    }
  })();
  // Thrown by stop, which comes later.
  watching.catch(() => undefined);
  return {
    take() {
      const taken = peaks;
      peaks = nothing();
      return taken;
    },
    async stop() {
      isStopping = true;
      await watching;
    },
  };
}

function nothing(): Peaks {
  return { residentMb: 0, requestsUnderWay: 0, waitingForDatabase: 0 };
}

async function readResidentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}
