/** Runs tasks given to it, at most `most` at a time, the rest in the order they came. */
export type Limiter = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** A limiter shared by everyone who calls it. */
export function limitConcurrency(most: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running < most) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // takes over the place of the one that ends
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
