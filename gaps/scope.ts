/** What must be undone when a row ends, however it ends. */
export interface Scope {
  /** Registers how to undo something that was just made. The last made is the first undone. */
  defer(what: string, undo: () => Promise<unknown>): void;
  /** Undoes everything, whatever fails on the way, and answers what could not be undone. Safe to call twice. */
  close(): Promise<readonly string[]>;
}

export function createScope(): Scope {
  const stack: { what: string; undo: () => Promise<unknown> }[] = [];
  let over = false;
  return {
    defer(what, undo) {
      // A row that ran out of time may still be making things: they go at once, for nobody else will undo them.
      if (over) undo().catch(() => undefined);
      else stack.push({ what, undo });
    },
    async close() {
      over = true;
      const failures: string[] = [];
      for (let entry = stack.pop(); entry; entry = stack.pop()) {
        try {
          await entry.undo();
        } catch (error) {
          failures.push(`${entry.what}: ${error instanceof Error ? error.message : error}`);
        }
      }
      return failures;
    },
  };
}
