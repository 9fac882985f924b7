import { type Clock, exponentialBackoff, milliseconds, type Timer } from '../base/index.ts';

/** One pending retry at most, each later than the one before until something succeeds. */
export interface RetryLater {
  later(): void;
  reset(): void;
  stop(): void;
}

const first = milliseconds(100);
const ceiling = milliseconds(5_000);

/** Retries a task 100 ms after the first failure, later after each further one, up to 5 s. */
export function retryLater(clock: Clock, task: () => void): RetryLater {
  const backoff = exponentialBackoff({ first, ceiling });
  let timer: Timer | undefined;
  return {
    later() {
      timer?.cancel();
      timer = clock.after(backoff.next(), task);
    },
    reset: () => backoff.reset(),
    stop: () => timer?.cancel(),
  };
}
