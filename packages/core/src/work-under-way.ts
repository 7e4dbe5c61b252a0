/**
 * Counts what is under way, to wait for its end. It keeps none of it: V8 would keep all that ever was in a set, with all that it
 * refers to, until its next whole collection of garbage, because every table that a set outgrows refers to the next one.
 */
export class WorkUnderWay {
  #count = 0;
  readonly #whenNone: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** Does something, and counts it for as long as it takes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) for (const tell of this.#whenNone.splice(0)) tell();
    }
  }

  /** Resolves when nothing is under way, however it ended: at once when nothing is. */
  async ended(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#whenNone.push(resolve));
  }
}
