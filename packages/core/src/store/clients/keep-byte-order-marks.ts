/**
 * Makes every TextDecoder of this thread keep a byte order mark. PGlite decodes each column with a decoder that
 * drops a leading U+FEFF, so a text that begins with one would come back shorter than it was saved.
 */
export function keepByteOrderMarks(): void {
  const Native = globalThis.TextDecoder;
  globalThis.TextDecoder = class extends Native {
    constructor(...[label, options]: ConstructorParameters<typeof Native>) {
      super(label, { ...options, ignoreBOM: true });
    }
  };
}
