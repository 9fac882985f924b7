import { StoreUnavailable } from '../unavailable.ts';
import type { Failure } from './session.ts';

/** PostgreSQL's class 40, and its lock timeouts. */
const rolledBack = /^(40...|55P03)$/;

/**
 * PostgreSQL's classes 08 and 57P (connection, shutdown), the timeouts that end a session, and 25006: the server has become
 * a read-only one, another may have taken its place.
 */
const connectionLost = /^(08...|57P..|25P0[34]|25006)$/;

/**
 * The server lives and can't do it: classes 53 (no disk space, no memory) and 58 (I/O), a query that was cancelled or took
 * longer than the operator allows, data that is damaged. The statement left nothing.
 */
const unable = /^(53...|58...|57014|XX00[12])$/;

/** pg tells of a lost connection, or of one that no answer comes from, by its message alone. */
const lostByItsMessage = /^Connection terminated|not queryable|^Query read timeout/;

/** Whether the connection that a query failed with is of no more use. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isOfSystem = 'syscall' in error;
  const isFatal = 'severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC');
  return isOfSystem || isFatal || connectionLost.test(codeOf(error)) || lostByItsMessage.test(error.message);
}

/** Whether a query failed for reasons that are the server's own, and the connection is as good as before. */
export function isServerUnable(error: unknown): boolean {
  return error instanceof Error && unable.test(codeOf(error));
}

export function classifyPostgresError(error: unknown): Failure {
  if (error instanceof StoreUnavailable) return 'disconnected';
  return error instanceof Error && rolledBack.test(codeOf(error)) ? 'rolled-back' : 'fatal';
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
