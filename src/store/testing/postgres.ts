import { silentLog } from '../../base/index.ts';
import { type PostgresOptions, postgresBackend } from '../dialect/postgres.ts';
import type { Backend } from '../dialect/session.ts';
import { StoreHealth } from '../health.ts';

/** A backend over the database, for tests of what stands on one. */
export function aPostgresBackend(connectionString: string, options: Partial<PostgresOptions> = {}): Backend {
  return postgresBackend({
    connectionString,
    readers: 2,
    health: new StoreHealth(silentLog),
    log: silentLog,
    ...options,
  });
}
