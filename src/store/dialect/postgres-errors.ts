import type { FaultKind, StoreHealth } from '../health.ts';
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
const silentByItsMessage = /^Query read timeout|^timeout expired|due to connection timeout/;

/** Classes of refused users and databases, and what pg itself finds when it is to log in. */
const refusal = /^(28...|3D000|42501)$/;
const refusalByItsMessage = /^SASL|does not support SSL/;

/** A reason why the server can't serve, as the controller tells it. */
interface Fault {
  /** For the health; undefined when it says nothing of the next query. */
  readonly kind?: FaultKind;
  readonly told: string;
  readonly wayOut?: string;
  readonly isRefusal?: true;
}

const away: Fault = { kind: 'server', told: "the database can't be reached" };
const silent: Fault = { kind: 'server', told: 'the database does not answer' };
const refused: Fault = { kind: 'server', told: 'the database refuses the controller', isRefusal: true };
const readOnly: Fault = { kind: 'read-only', told: 'the database takes no writes at present' };
const full: Fault = {
  kind: 'connections',
  told: 'the database takes no more connections',
  wayOut: 'have each controller take fewer (--database-connections), or raise max_connections',
};
const incapable: Fault = { kind: 'disk', told: 'the database could not do it' };
const fullDisk: Fault = { kind: 'disk', told: 'the disk of the database is full' };
const cancelled: Fault = { told: incapable.told };

/** Turns PostgreSQL's errors into the store's, and notes in the health those that concern the whole server. */
export interface PostgresFailures {
  /** The store's error for one that a query met; any other as it is. */
  asked(error: unknown): unknown;
  /** The store's error for a connection that could not be had. */
  connected(error: unknown): StoreUnavailable;
  /** The store's error where the server, which answered before, does not. */
  unanswered(error: unknown): unknown;
  readOnly(): void;
}

/** Translates the errors of one server, and notes those that concern all of it in the given health. */
export function postgresFailures(health: StoreHealth): PostgresFailures {
  const unavailable = (error: unknown, { kind, ...fault }: Fault) => {
    const translated = new StoreUnavailable(error, fault);
    if (kind) health.note(kind, translated.message, fault.told);
    return translated;
  };
  return {
    asked(error) {
      if (isServerUnable(error)) return unavailable(error, inability(error));
      if (!isConnectionLost(error)) return error;
      if (codeOf(error) === '25006') return unavailable(error, readOnly);
      // One connection says little of the server: whether it is away shows when the next one is made.
      const { told } = isSilence(error) ? silent : away;
      return new StoreUnavailable(error, { told });
    },
    connected: (error) => unavailable(error, connectionFault(error)),
    unanswered(error) {
      if (error instanceof StoreUnavailable) health.note('server', error.message, error.told);
      return error;
    },
    readOnly: () => void unavailable('it can only be read', readOnly),
  };
}

function inability(error: unknown): Fault {
  if (codeOf(error) === '53100') return fullDisk;
  return codeOf(error) === '57014' ? cancelled : incapable;
}

function connectionFault(error: unknown): Fault {
  if (refusal.test(codeOf(error)) || refusalByItsMessage.test(messageOf(error))) return refused;
  if (codeOf(error) === '53300') return full;
  return isSilence(error) ? silent : away;
}

/** Whether the connection that a query failed with is of no more use. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isOfSystem = 'syscall' in error;
  const isFatal = 'severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC');
  return isOfSystem || isFatal || connectionLost.test(codeOf(error)) || lostByItsMessage.test(error.message);
}

/** Whether a query failed for reasons that are the server's own, and the connection is as good as before. */
function isServerUnable(error: unknown): boolean {
  return unable.test(codeOf(error));
}

function isSilence(error: unknown): boolean {
  return silentByItsMessage.test(messageOf(error));
}

/** Whether a failed transaction can be tried again, by the class of its error (PostgreSQL appendix A). */
export function classifyPostgresError(error: unknown): Failure {
  if (error instanceof StoreUnavailable) return 'disconnected';
  return rolledBack.test(codeOf(error)) ? 'rolled-back' : 'fatal';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
