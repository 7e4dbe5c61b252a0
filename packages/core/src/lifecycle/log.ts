/** Where the engine reports what no caller is there to be told. */
export interface Log {
  warn(message: string, error?: unknown): void;
}

/** Reports nothing. */
export const silentLog: Log = { warn: () => undefined };
