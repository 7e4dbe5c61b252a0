/** Names and values that tell the series of a metric apart. Never an id: each value is a series that stays. */
export type Labels = Readonly<Record<string, string>>;

/** One line of the text format. */
export interface Sample {
  /** After the metric's name, e.g. `_sum`. */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** Something that is measured, and how it is now. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  samples(): readonly Sample[];
}

/** Only grows. */
export interface Counter extends Metric {
  add(amount?: number, labels?: Labels): void;
}

/** How many values are below which edges. */
export interface Histogram extends Metric {
  observe(value: number, labels?: Labels): void;
}

type Named = Pick<Metric, "name" | "help">;

/** Counts. Without label names it is there from the start, with 0. */
export function counter(named: Named, { isLabelled = false } = {}): Counter {
  const series = new Map<string, { labels: Labels; value: number }>();
  const add = (amount = 1, labels: Labels = {}): void => {
    const key = JSON.stringify(labels);
    const value = (series.get(key)?.value ?? 0) + amount;
    series.set(key, { labels, value });
  };
  if (!isLabelled) add(0);
  return { ...named, type: "counter", add, samples: () => [...series.values()] };
}

/** What is counted elsewhere, and read when it is asked for. */
export function readCounter(named: Named, read: () => number | readonly Sample[]): Metric {
  return { ...named, type: "counter", samples: () => toSamples(read()) };
}

/** What goes up and down, read when it is asked for. */
export function gauge(named: Named, read: () => number | readonly Sample[]): Metric {
  return { ...named, type: "gauge", samples: () => toSamples(read()) };
}

/** Values by upper edge. `edges` ascend; the last bucket, of all values, is added. */
export function histogram(named: Named, edges: readonly number[]): Histogram {
  const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>();
  return {
    ...named,
    type: "histogram",
    observe(value, labels = {}) {
      const key = JSON.stringify(labels);
      const found = series.get(key) ?? { labels, counts: edges.map(() => 0), sum: 0, count: 0 };
      series.set(key, found);
      found.sum += value;
      found.count += 1;
      edges.forEach((edge, index) => {
        if (value <= edge) found.counts[index]! += 1;
      });
    },
    samples: () =>
      [...series.values()].flatMap(({ labels, counts, sum, count }) => [
        ...edges.map((edge, index) => bucket(labels, String(edge), counts[index] ?? 0)),
        bucket(labels, "+Inf", count),
        { suffix: "_sum", labels, value: sum },
        { suffix: "_count", labels, value: count },
      ]),
  };
}

function bucket(labels: Labels, le: string, value: number): Sample {
  return { suffix: "_bucket", labels: { ...labels, le }, value };
}

function toSamples(read: number | readonly Sample[]): readonly Sample[] {
  return typeof read === "number" ? [{ value: read }] : read;
}

/** What Prometheus is to be told the text is. */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics in Prometheus's text format 0.0.4. */
export function toPrometheusText(metrics: readonly Metric[]): string {
  return metrics
    .flatMap((metric) => [
      `# HELP ${metric.name} ${metric.help}\n`,
      `# TYPE ${metric.name} ${metric.type}\n`,
      ...metric.samples().map((sample) => toLine(metric.name, sample)),
    ])
    .join("");
}

function toLine(name: string, { suffix = "", labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
  return `${name}${suffix}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

function escape(text: string): string {
  return text
    .replaceAll("\\", String.raw`\\`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll('"', String.raw`\"`);
}
