/**
 * Looks once through a database for damage, and ends. Its `workerData` is a `ContentCheckRequest`; what it found is its one
 * message, a list that is empty when all is well.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** The order to the worker: the SQLite file to look through, and how thoroughly. */
export interface ContentCheckRequest {
  readonly path: string;
  /** `quick_check` leaves out whether indexes agree with their tables, and takes a fifth of the time. */
  readonly pragma: 'quick_check' | 'integrity_check';
}

const { path, pragma } = workerData as ContentCheckRequest;
parentPort?.postMessage(findDamage());

function findDamage(): readonly string[] {
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true });
    const findings = database.pragma(`${pragma}(20)`) as readonly Readonly<Record<string, string>>[];
    database.close();
    return findings.flatMap((row) => Object.values(row)).filter((finding) => finding !== 'ok');
  } catch (error) {
    // Where the damage is such that SQLite can't even look, or the disk can't be read.
    if (error instanceof Database.SqliteError && !/^SQLITE_(BUSY|CANTOPEN)/.test(error.code)) return [error.message];
    throw error;
  }
}
