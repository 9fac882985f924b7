/** The things to undo when a row ends, in success or failure. */
export interface Scope {
  /**
   * Registers how to undo something that was just made. The last made is the first undone; neighbours that say that they
   * are independent of each other are undone side by side.
   */
  defer(what: string, undo: () => Promise<unknown>, options?: { readonly independent?: boolean }): void;
  /** Undoes everything, whatever fails on the way, and answers what could not be undone. Safe to call twice. */
  close(): Promise<readonly string[]>;
}

/** A scope with nothing to undo yet. */
export function createScope(): Scope {
  const stack: Entry[] = [];
  let over = false;
  return {
    defer(what, undo, { independent = false } = {}) {
      // A row that ran out of time may still be making things. The scope is over, so they are undone at once.
      if (over) undo().catch(() => undefined);
      else stack.push({ what, undo, independent });
    },
    async close() {
      over = true;
      const failures: string[] = [];
      while (stack.length > 0) {
        const outcomes = await Promise.all(takeTogether(stack).map(undoOne));
        failures.push(...outcomes.filter((outcome) => outcome !== undefined));
      }
      return failures;
    },
  };
}

interface Entry {
  readonly what: string;
  readonly undo: () => Promise<unknown>;
  readonly independent: boolean;
}

/** The last entry, and those before it as long as all of them are independent. */
function takeTogether(stack: Entry[]): readonly Entry[] {
  const dependent = stack.findLastIndex(({ independent }) => !independent);
  return stack.splice(Math.min(dependent + 1, stack.length - 1)).reverse();
}

async function undoOne({ what, undo }: Entry): Promise<string | undefined> {
  try {
    await undo();
    return undefined;
  } catch (error) {
    return `${what}: ${error instanceof Error ? error.message : error}`;
  }
}
