/** Makes a switch over a closed union exhaustive: a new member is a compile error here, and a bug at run time. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}

/** States what must hold by construction. Throws: a false invariant is a bug, never a user's error. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
