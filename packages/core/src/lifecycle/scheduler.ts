import type { Log } from "./log.js";

/** Work to be done again and again. */
export interface Task {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<unknown>;
}

/** Running tasks. */
export interface Scheduler {
  /** Starts no task any more and waits for those that run. */
  stop(): Promise<void>;
}

/** Runs each task at its interval, never twice at once, without keeping the process alive. A failure is logged and tried again. */
export function startScheduler(tasks: readonly Task[], log: Log): Scheduler {
  const stops = tasks.map((task) => startTask(task, log));
  return { stop: async () => void (await Promise.all(stops.map((stop) => stop()))) };
}

function startTask(task: Task, log: Log): () => Promise<void> {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= task
      .run()
      .then(
        () => undefined,
        (error: unknown) => log.warn(`${task.name} failed; it is tried again in ${task.everyMs} ms.`, error),
      )
      .finally(() => {
        running = null;
      });
  }, task.everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
