/** A signal that ends one try: after so long, or when the caller's signal does. */
export interface TimeLimit {
  signal: AbortSignal;
  /** Whether it was the time that ended it. */
  isOver(): boolean;
  /** To be called when the try has ended, or it would hold the caller's signal. */
  clear(): void;
}

/** By hand: edge runtimes, and Safari before 17.4, have no `AbortSignal.any`. */
export function startTimeLimit(timeoutMs: number, signal?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort();
  }, timeoutMs);
  const end = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", end, { once: true });
  return {
    signal: controller.signal,
    isOver: () => isOver,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    },
  };
}
