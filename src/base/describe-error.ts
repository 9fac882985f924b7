/** The error and its causes in one line. A cause that the message before it holds already is not said again. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node tries each address of a name, and says what became of them in a list alone.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describeError).join(', ');
  if (error.cause === undefined) return error.message;
  const cause = describeError(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message}: ${cause}`;
}
