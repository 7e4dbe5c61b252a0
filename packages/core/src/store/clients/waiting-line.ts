/** Those that wait for a connection, or for their turn. */
export class WaitingLine {
  readonly #arrivals = new Set<{ readonly at: number }>();

  /** Stands in the line for as long as it takes. */
  async during<T>(wait: () => Promise<T>): Promise<T> {
    const arrival = { at: performance.now() };
    this.#arrivals.add(arrival);
    try {
      return await wait();
    } finally {
      this.#arrivals.delete(arrival);
    }
  }

  /** How long the first in the line has waited, in milliseconds; 0 when nobody waits. */
  waitedMs(): number {
    const [first] = this.#arrivals;
    return first === undefined ? 0 : performance.now() - first.at;
  }
}
