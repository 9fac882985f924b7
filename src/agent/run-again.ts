/** Runs a task again whenever someone asked for it while it ran, and never twice at a time. */
export interface RunAgain {
  /** Has the task run soon; calls before it starts count as one. */
  wake(): void;
  /** Resolves when nothing runs and nobody has asked. */
  idle(): Promise<void>;
  /** Lets a running task end; none starts any more. */
  stop(): Promise<void>;
}

/** The task must not throw for anything but a bug. */
export function runAgain(task: () => Promise<void>): RunAgain {
  let isWanted = false;
  let isStopped = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await Promise.resolve(); // whoever else wakes it in this turn of the loop is served by the same run
    while (isWanted && !isStopped) {
      isWanted = false;
      await task();
    }
    running = undefined;
  }

  return {
    wake() {
      isWanted = true;
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
    stop() {
      isStopped = true;
      return running ?? Promise.resolve();
    },
  };
}
