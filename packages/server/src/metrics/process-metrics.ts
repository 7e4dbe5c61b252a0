import { monitorEventLoopDelay } from "node:perf_hooks";
import { gauge, readCounter, type Metric } from "./instruments.js";

/** How often the event loop is looked at. What is measured between two looks is this and the delay. */
const resolutionMs = 10;

const nanosecond = 1e-9;

/** The process, under the names that dashboards for Node know. */
export function processMetrics(): Metric[] {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const seconds = (nanoseconds: number): number =>
    // NaN before the first look.
    Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds * nanosecond - resolutionMs / 1_000) : 0;
  return [
    gauge(
      { name: "nodejs_eventloop_lag_p99_seconds", help: "Delay of the event loop since the last scrape, 99 %." },
      () => (delay.count === 0 ? 0 : seconds(delay.percentile(99))),
    ),
    gauge(
      { name: "nodejs_eventloop_lag_max_seconds", help: "Longest delay of the event loop since the last scrape." },
      () => {
        const longest = delay.count === 0 ? 0 : seconds(delay.max);
        // The last that reads it.
        delay.reset();
        return longest;
      },
    ),
    readCounter({ name: "process_cpu_seconds_total", help: "CPU time of the process, all threads." }, () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }),
    gauge({ name: "process_resident_memory_bytes", help: "Memory of the process." }, () => process.memoryUsage.rss()),
    gauge(
      { name: "nodejs_heap_size_used_bytes", help: "Of that, what JavaScript uses." },
      () => process.memoryUsage().heapUsed,
    ),
    gauge({ name: "nodejs_external_memory_bytes", help: "Of that, buffers." }, () => process.memoryUsage().external),
    gauge(
      { name: "process_start_time_seconds", help: "When the process started, in Unix time." },
      () => Math.round(Date.now() - process.uptime() * 1_000) / 1_000,
    ),
  ];
}
