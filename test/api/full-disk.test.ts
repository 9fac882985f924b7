import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitFor } from '../../src/base/index.ts';
import { findPostgres, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { type Made, startApi, type TestApi } from './harness.ts';

async function withDisk(size: string, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  try {
    await body(folder);
  } finally {
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true });
  }
}

/** Writes until the disk takes no more. */
async function fill(path: string): Promise<void> {
  const content = Buffer.alloc(64 * 1_024);
  for (;;) {
    try {
      await writeFile(path, content, { flag: 'a' });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
      return;
    }
  }
}

/** Creates ports until one is refused, and returns those that were made and the refusal. */
async function createUntilRefused(api: TestApi, networkId: string) {
  const made = new Set<string>();
  for (let tries = 0; tries < 2_000; tries += 1) {
    const answer = await api.call('POST', '/v2.0/ports', { body: { port: { network_id: networkId } } });
    if (answer.status !== 201) return { made, refusal: answer };
    made.add((answer.json.port as Made).id);
  }
  throw new Error('the disk was never full');
}

async function meetFullDisk(database: string, filler: string): Promise<void> {
  const api = await startApi({ database });
  try {
    const network = await api.create('networks');
    await fill(filler);
    const { made, refusal } = await createUntilRefused(api, network.id);
    const message = 'The disk of the database is full. Nothing was changed.';
    assert.deepEqual(
      [refusal.status, refusal.json],
      [503, { NeutronError: { type: 'ServiceUnavailable', message, detail: '' } }],
    );
    const health = await api.call('GET', '/healthcheck');
    assert.equal(health.status, 503);
    assert.match(JSON.stringify(health.json.reasons), /the disk of the database is full/);
    const { json } = await api.call('GET', '/v2.0/ports');
    assert.deepEqual(new Set((json.ports as Made[]).map(({ id }) => id)), made);
    await rm(filler);
    await waitFor('the health', async () => (await api.call('GET', '/healthcheck')).status === 200);
    await api.create('ports', { network_id: network.id });
  } finally {
    await api.close();
  }
}

const outcome = 'refuses writes with 503 and the reason, reads go on, and it is well again by itself';

/** There is room for the schema and some hundred ports. */
test(`a full disk of an SQLite database ${outcome}`, () =>
  withDisk('3m', (folder) => meetFullDisk(`sqlite:${join(folder, 'store.db')}`, join(folder, 'filler'))));

const programs = findPostgres();

test(
  `a full disk of a PostgreSQL database ${outcome}`,
  { skip: !programs && 'skipped: PostgreSQL is not installed' },
  () =>
    withDisk('16m', async (folder) => {
      const tables = join(folder, 'tables');
      await mkdir(tables);
      const server = await startPostgres(programs ?? '');
      try {
        await meetFullDisk(await server.createDatabase(tables), join(folder, 'filler'));
      } finally {
        await server.stop();
      }
    }),
);
