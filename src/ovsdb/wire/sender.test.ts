import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { waitFor } from '../../base/index.ts';
import { Sender } from './sender.ts';

test('writes a large message over several turns, and those that are sent meanwhile after it', async () => {
  const params = Array.from({ length: 100_000 }, (_, index) => ({ op: 'insert', table: 'é', row: { index } }));
  const messages = [
    { method: 'transact', id: 1, params },
    { method: 'echo', id: 2, params: [] },
    { id: 3, result: null, error: null },
  ];
  const expected = messages.map((message) => JSON.stringify(message)).join('');
  const stream = new PassThrough({ encoding: 'utf8' });
  let written = '';
  stream.on('data', (text: string) => {
    written += text;
  });
  const sender = new Sender(stream);
  for (const message of messages) sender.send(message);
  assert.ok(written.length < expected.length);
  await waitFor('all of it', () => written.length === expected.length);
  assert.equal(written, expected);
});
