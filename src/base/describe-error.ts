/** The error and its causes in one line. A cause that the message before it ends with already is not said again. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  const cause = describeError(error.cause);
  return error.message.endsWith(cause) ? error.message : `${error.message}: ${cause}`;
}
