import Database from 'better-sqlite3';
import type { FaultKind } from '../health.ts';
import { StoreUnavailable } from '../unavailable.ts';

/** https://www.sqlite.org/rescode.html; extended codes begin with these. Each left nothing of the transaction behind. */
const faults: readonly { readonly code: RegExp; readonly kind: FaultKind; readonly told: string }[] = [
  { code: /^SQLITE_(CORRUPT|NOTADB)/, kind: 'content', told: 'a part of the database is damaged' },
  { code: /^SQLITE_FULL/, kind: 'disk', told: 'the disk of the database is full' },
  { code: /^SQLITE_READONLY/, kind: 'disk', told: 'the database can only be read' },
  { code: /^SQLITE_(IOERR|CANTOPEN)/, kind: 'disk', told: 'the disk of the database fails' },
];

/**
 * Errors of a commit whose frames may be whole in the log, although its index does not know them (a flush of its header, a
 * page of shared memory that could not be had): a process that starts then takes the commit as made. A frame that could not
 * be written (SQLITE_FULL, SQLITE_IOERR_WRITE) leaves none.
 */
const halfCommitted = /^SQLITE_(IOERR(?!_WRITE)|NOMEM)/;

/** What a failure of SQLite means for the store; undefined for errors that are not the disk's, or the file's, fault. */
export function faultOf(error: unknown): { readonly kind: FaultKind; readonly error: StoreUnavailable } | undefined {
  if (!(error instanceof Database.SqliteError)) return undefined;
  const fault = faults.find(({ code }) => code.test(error.code));
  return fault && { kind: fault.kind, error: new StoreUnavailable(error, { told: fault.told }) };
}

/** Whether a commit that failed so may be found in the log all the same. */
export function mayHaveCommitted(error: unknown): boolean {
  return error instanceof Database.SqliteError && halfCommitted.test(error.code);
}
