const maxCauses = 4;

/**
 * An error and its causes for the log, without the properties that libraries hang on errors: those hold
 * bodies, headers and rows.
 */
export function describeError(error: unknown, causes = maxCauses): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    ...(cause !== undefined && causes > 0 && { cause: describeError(cause, causes - 1) }),
  };
}
