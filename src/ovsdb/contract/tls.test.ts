import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { exponentialBackoff, milliseconds, waitFor } from '../../base/index.ts';
import { openDatabase, readTlsCredentials, type TlsCredentials } from '../index.ts';
import { makeCertificates, startServer, type TestServer } from '../testing/index.ts';
import { librarySchema, librarySchemaJson } from './library.ts';

let server: TestServer;
let credentials: TlsCredentials;
let strangers: TlsCredentials;

before(async () => {
  server = await startServer({ schema: librarySchemaJson, ssl: true });
  assert(server.certificates);
  credentials = await readTlsCredentials(server.certificates);
  const directory = await mkdtemp(join(tmpdir(), 'strangers-'));
  strangers = await readTlsCredentials(await makeCertificates(directory));
  await rm(directory, { recursive: true });
});
after(() => server.stop());

function open(t: TestContext, tls: TlsCredentials | undefined) {
  const backoff = exponentialBackoff({ first: milliseconds(10), ceiling: milliseconds(50) });
  const common = {
    schema: librarySchema,
    endpoints: [server.ssl],
    select: { House: { columns: 'all' } },
    backoff,
  } as const;
  const database = openDatabase(tls ? { ...common, tls } : common);
  t.after(() => database.close());
  return database;
}

test('speaks TLS with certificates of a common authority', async (t) => {
  const database = open(t, credentials);
  await database.synchronised();
  const answer = await database.transact([{ op: 'insert', table: 'House', row: { name: 'encrypted' } }]);
  assert.ok(answer.ok);
  assert.equal([...database.replica.table('House').rows()][0]?.name, 'encrypted');
});

test('trusts no server that another authority signed', async (t) => {
  const database = open(t, { ...credentials, ca: strangers.ca });
  const { error } = await waitFor('the refusal', () => database.status.kind === 'waiting' && database.status);
  assert.equal(error.kind, 'tls-failed');
});

test('is not let in with a certificate that another authority signed', async (t) => {
  const database = open(t, { ...strangers, ca: credentials.ca });
  const { error } = await waitFor('the refusal', () => database.status.kind === 'waiting' && database.status);
  assert.deepEqual([error.scope, error.retryable], ['transport', true]);
  assert.match(error.message, /alert|certificate|ended/);
});

test('says what is missing when no certificates are given', async (t) => {
  const database = open(t, undefined);
  const { error } = await waitFor('the refusal', () => database.status.kind === 'waiting' && database.status);
  assert.match(error.message, /^tls-failed: ssl:\[::1\]:\d+: no private key and certificates were given$/);
});
