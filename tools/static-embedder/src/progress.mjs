/** Progress lines for steps longer than a second: at most one a second, with the rate and the time left. */

/** @param {string} label @param {number} total @returns {(done: number, note?: string) => void} */
export function progress(label, total) {
  const startedAt = Date.now();
  let printedAt = startedAt;
  return (done, note = "") => {
    const now = Date.now();
    if (done < total && now - printedAt < 1000) return;
    printedAt = now;
    const seconds = (now - startedAt) / 1000;
    const left = done > 0 ? Math.round((seconds / done) * (total - done)) : 0;
    const line = `${label}: ${done}/${total} in ${seconds.toFixed(0)} s, ${left} s left ${note}`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K${done >= total ? "\n" : ""}` : `${line}\n`);
  };
}
