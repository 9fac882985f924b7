import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { milliseconds } from '../../base/index.ts';
import { logFlusher } from './log-flusher.ts';

test('calls that come while a slow disk works share the next flush', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-flush-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'log'), 'frames');
  const { flush, close } = logFlusher(join(folder, 'log'), milliseconds(0));
  const [first, second, third] = [flush(), flush(), flush()];
  assert.notEqual(first, second);
  assert.equal(second, third);
  await Promise.all([first, second]);
  await flush();
  await close();
});

for (const slow of [milliseconds(0), milliseconds(60_000)])
  test(`after a failure no flush succeeds any more (slow: ${slow} ms)`, async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'sextant-flush-'));
    context.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 'log');
    const { flush, close } = logFlusher(path, slow);
    await assert.rejects(flush(), /flush .*log/);
    await writeFile(path, 'frames');
    await assert.rejects(flush(), /flush .*log/);
    await close();
  });
