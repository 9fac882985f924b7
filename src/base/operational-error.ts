import { describeError } from './describe-error.ts';

/** A failure that every operator meets, such as a full disk, and no bug: its message says all that there is to say. */
export class OperationalError extends Error {}

/** The fields of a log line about an error: its reason if it is operational; the error with its stack trace if it is a bug. */
export function errorFields(error: unknown): { readonly reason: string } | { readonly err: unknown } {
  return isOperational(error) ? { reason: describeError(error) } : { err: error };
}

/** Whether it comes from the system or another operational failure, however it was wrapped. */
export function isOperational(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof OperationalError || 'syscall' in error || isOperational(error.cause);
}
