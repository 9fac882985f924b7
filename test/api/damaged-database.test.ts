import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { recordedLog } from '../../src/openflow/testing/recorded-log.ts';
import { openStore } from '../../src/store/index.ts';
import { startApi } from './harness.ts';

const pageBytes = 2_048;

async function aFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-damage-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** A database with some hundred ports. */
async function aDatabase(folder: string): Promise<string> {
  const path = join(folder, 'store.db');
  const api = await startApi({ database: `sqlite:${path}` });
  const network = await api.create('networks');
  const ports = Array.from({ length: 400 }, () => ({ network_id: network.id }));
  assert.equal((await api.call('POST', '/v2.0/ports', { body: { ports } })).status, 201);
  await api.close();
  return path;
}

/** Overwrites pages of the ports with garbage. */
async function damage(path: string): Promise<void> {
  const database = new Database(path, { readonly: true });
  const leaves = "select pageno from dbstat where name = 'ports' and pagetype = 'leaf' limit 20";
  const pages = database.prepare(leaves).pluck().all() as number[];
  database.close();
  assert.equal(pages.length, 20);
  const file = await open(path, 'r+');
  for (const page of pages) await file.write(Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, (page - 1) * pageBytes);
  await file.close();
}

async function damagedDatabase(folder: string): Promise<string> {
  const path = await aDatabase(folder);
  await damage(path);
  return path;
}

test('damage is found soon after the start, without a request, and said in health and log', async (context) => {
  const path = await damagedDatabase(await aFolder(context));
  const { log, said } = recordedLog();
  const api = await startApi({ database: `sqlite:${path}`, contentChecks: { first: milliseconds(0) }, log });
  context.after(api.close);
  const health = await waitFor('the damage in the health', async () => {
    const answer = await api.call('GET', '/healthcheck');
    return answer.status === 503 && answer;
  });
  assert.match(JSON.stringify(health.json), /is damaged .*restore a backup/);
  assert.equal(said.filter((line) => line.includes('is damaged')).length, 1);
});

test('damage that comes while the process runs is found by the check that is made again and again', async (context) => {
  const path = await aDatabase(await aFolder(context));
  const contentChecks = { first: milliseconds(0), interval: milliseconds(20) };
  const store = await openStore({ database: `sqlite:${path}`, contentChecks });
  context.after(store.close);
  assert.deepEqual(store.faults(), []);
  await damage(path);
  const [fault] = await waitFor('the damage', () => store.faults().length > 0 && store.faults());
  assert.match(fault ?? '', /is damaged/);
});

test('a request that meets damage is answered 503, and marks the health at once', async (context) => {
  const path = await damagedDatabase(await aFolder(context));
  const api = await startApi({ database: `sqlite:${path}`, contentChecks: { first: milliseconds(1_000_000) } });
  context.after(api.close);
  const answer = await api.call('GET', '/v2.0/ports?sort_key=status&limit=1');
  assert.deepEqual(
    [answer.status, answer.json],
    [
      503,
      {
        NeutronError: {
          type: 'ServiceUnavailable',
          message: 'A part of the database is damaged. Nothing was changed.',
          detail: '',
        },
      },
    ],
  );
  assert.equal((await api.call('GET', '/healthcheck')).status, 503);
});

test('a file that is no database is refused at the start, with its name and the way out', async (context) => {
  const path = join(await aFolder(context), 'store.db');
  await writeFile(path, 'x'.repeat(4_096));
  await assert.rejects(openStore({ database: `sqlite:${path}` }), (error: Error) => {
    assert.match(error.message, /store\.db, which has to be restored from a backup/);
    return /file is not a database/.test(String((error.cause as Error).message));
  });
});
