import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { errorFields, OperationalError } from './operational-error.ts';

test('logs one line without a stack of what operators meet, however it was wrapped', async () => {
  const missing = await readFile('/no/such/file').catch((error: unknown) => error);
  const wrapped = new Error('read the secret', { cause: missing });
  assert.deepEqual(errorFields(wrapped), {
    reason: "read the secret: ENOENT: no such file or directory, open '/no/such/file'",
  });
  const full = new Error('open', { cause: new OperationalError('the disk is full') });
  assert.deepEqual(errorFields(full), { reason: 'open: the disk is full' });
});

test('logs a bug with its stack', () => {
  const bug = new Error('open', { cause: new TypeError('x is not a function') });
  assert.deepEqual(errorFields(bug), { err: bug });
});
