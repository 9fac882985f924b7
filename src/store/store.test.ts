import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newUuid } from '../base/index.ts';
import { storeContract } from './testing/contract.ts';
import { findPostgres, startPostgres } from './testing/postgres-server.ts';

const folder = await mkdtemp(join(tmpdir(), 'sextant-store-'));
after(() => rm(folder, { recursive: true, force: true }));

storeContract('SQLite', { createDatabase: async () => `sqlite:${join(folder, `${newUuid()}.db`)}` });

const programs = findPostgres();
if (programs === undefined) {
  test('PostgreSQL', { skip: 'skipped: no PostgreSQL server is installed' });
} else {
  const server = await startPostgres(programs);
  after(() => server.stop());
  storeContract('PostgreSQL', server);
}
