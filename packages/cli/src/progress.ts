/** A bar on stderr that appears when something takes more than a second, and only on a terminal. */
export interface Progress {
  /** How far it is, of `total`, and what to say beside the bar. */
  update(done: number, text: string): void;
  end(): void;
}

const appearsAfterMs = 1_000;
const redrawMs = 100;
const barWidth = 24;

/** Total 0 is unknown: then there is only the text. */
export function createProgress({
  total,
  label,
  isShown = true,
}: {
  total: number;
  label: string;
  isShown?: boolean;
}): Progress {
  const { stderr } = process;
  if (!isShown || !stderr.isTTY) return { update: () => {}, end: () => {} };
  const start = performance.now();
  let drawnAt = 0;
  return {
    update(done, text) {
      const now = performance.now();
      if (now - start < appearsAfterMs || now - drawnAt < redrawMs) return;
      drawnAt = now;
      // What wraps cannot be taken back.
      stderr.write(`\r\u001B[K${`${label} ${bar(done, total)}${text}`.slice(0, (stderr.columns || 80) - 1)}`);
    },
    end() {
      if (drawnAt > 0) stderr.write("\r\u001B[K");
    },
  };
}

function bar(done: number, total: number): string {
  if (total === 0) return "";
  const share = Math.min(1, done / total);
  const full = Math.round(share * barWidth);
  return `[${"#".repeat(full)}${"-".repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)} %  `;
}
