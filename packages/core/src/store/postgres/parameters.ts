/** Collects the bound parameters of a statement that is put together in parts. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Binds a value; gives the placeholder to write where it is used. */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
