import assert from 'node:assert/strict';
import { silentLog } from '../../base/index.ts';
import type { Backend } from '../dialect/session.ts';
import { type SqliteOptions, sqliteBackend } from '../dialect/sqlite.ts';
import { StoreHealth } from '../health.ts';

/** A backend over the file, for tests of what stands on one. A failed flush fails the test. */
export function aSqliteBackend(path: string, options: Partial<SqliteOptions> = {}): Backend {
  return sqliteBackend({
    path,
    health: new StoreHealth(silentLog),
    log: silentLog,
    onFatal: assert.ifError,
    ...options,
  });
}
