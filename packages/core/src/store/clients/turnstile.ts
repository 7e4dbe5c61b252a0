interface Waiting {
  admit(): void;
  refuse(reason: Error): void;
}

/** Lets one in at a time, in the order of arrival. */
export class Turnstile {
  readonly #waiting: Waiting[] = [];
  #occupied = false;

  /** Resolves when it is the caller's turn, with what the caller must call to leave. */
  async enter(): Promise<() => void> {
    if (this.#occupied) {
      await new Promise<void>((admit, refuse) => this.#waiting.push({ admit, refuse }));
    }
    this.#occupied = true;
    return () => this.#leave();
  }

  /** Turns away all who wait; whoever is inside stays until they leave. */
  refuseWaiting(reason: Error): void {
    for (const { refuse } of this.#waiting.splice(0)) refuse(reason);
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#occupied = false;
    else next.admit();
  }
}
