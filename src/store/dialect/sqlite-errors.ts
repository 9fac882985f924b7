import Database from 'better-sqlite3';
import type { FaultKind, StoreHealth } from '../health.ts';
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

/** Turns SQLite's errors into the store's own, and into notes for the operator. */
export interface Failures {
  /** The store's error for one of SQLite's; any other as it is. */
  translate(error: unknown): unknown;
  /** The same for a commit that failed. */
  committed(error: unknown): unknown;
  /** The same for a flush that failed. */
  unflushed(error: unknown): unknown;
  /** The error for a database whose path leads to another file, or to none, by now. */
  replaced(): unknown;
  noteDamage(found: string): void;
}

/** The file that errors are about, and where those are noted that concern more than one query. */
export interface FailureListeners {
  readonly path: string;
  readonly health: StoreHealth;
  /** Hears of a failure after which nobody can tell what is on the disk. */
  readonly onFatal: (error: Error) => void;
}

/** Translates SQLite's errors into the store's, notes damage and full disks, and reports the fatal ones. */
export function failuresOf({ path, health, onFatal }: FailureListeners): Failures {
  // Damage is met again and again, each time in other words: the first place that was found is enough.
  const noteDamage = (found: string) =>
    health.note('content', `${path} is damaged (${found}): stop the controller and restore a backup`, 'damage');
  const translate = (error: unknown) => {
    const fault = error instanceof Database.SqliteError && faults.find(({ code }) => code.test(error.code));
    if (!fault) return error;
    const translated = new StoreUnavailable(error, { told: fault.told });
    if (fault.kind === 'content') noteDamage(error.message);
    else health.note(fault.kind, translated.message);
    return translated;
  };
  const end = (told: string, error: unknown) => {
    const fatal = new StoreUnavailable(error, { isOutcomeUnknown: true, told });
    health.note('disk', fatal.message);
    onFatal(fatal);
    return fatal;
  };
  return {
    translate,
    noteDamage,
    committed(error) {
      const isHalf = error instanceof Database.SqliteError && halfCommitted.test(error.code);
      return isHalf ? end('a commit failed half-way', error) : translate(error);
    },
    replaced: () => end('the file of the database was replaced or removed', new Error(path)),
    unflushed: (error) => end('what was committed may not be on the disk', error),
  };
}
