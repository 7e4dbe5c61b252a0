/** Tells how far the event loop is behind. */
export interface LoopWatch {
  /** Milliseconds by which its timers are late now; 0 when they are not. */
  lateMs(): number;
}

const everyMs = 50;

/** Watches the event loop by a timer, which does not keep the process alive. */
export function watchLoop({ now = () => performance.now() } = {}): LoopWatch {
  let tickAt = now();
  setInterval(() => (tickAt = now()), everyMs).unref();
  return { lateMs: () => Math.max(0, now() - tickAt - everyMs) };
}
