import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

/** How often the event loop is looked at. What is measured between two looks is this and the delay. */
const resolutionMs = 10;

const nanosecond = 1e-9;

/**
 * Measures the process, under the names that dashboards for Node know. Not by prom-client's collectDefaultMetrics: its
 * delays hold the time between two looks, its CPU time begins with the metrics, and it has some 60 series, not 7.
 */
export function measureProcess(registry: Registry): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        // Else prom-client adds it to its global one.
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const seconds = (nanoseconds: number): number =>
    // NaN before the first look.
    Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds * nanosecond - resolutionMs / 1_000) : 0;
  gauge("nodejs_eventloop_lag_p99_seconds", "Delay of the event loop since the last scrape, 99 %.", () =>
    delay.count === 0 ? 0 : seconds(delay.percentile(99)),
  );
  gauge("nodejs_eventloop_lag_max_seconds", "Longest delay of the event loop since the last scrape.", () => {
    const longest = delay.count === 0 ? 0 : seconds(delay.max);
    // The last that reads it: a registry collects in the order of its metrics.
    delay.reset();
    return longest;
  });
  const cpu = new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of the process, all threads.",
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  registry.registerMetric(cpu);
  gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
  gauge("nodejs_heap_size_used_bytes", "Of that, what JavaScript uses.", () => process.memoryUsage().heapUsed);
  gauge("nodejs_external_memory_bytes", "Of that, buffers.", () => process.memoryUsage().external);
  gauge(
    "process_start_time_seconds",
    "When the process started, in Unix time.",
    () => Math.round(Date.now() - process.uptime() * 1_000) / 1_000,
  );
}
