import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ok } from '../../base/index.ts';
import { openStore, StoreUnavailable } from '../index.ts';

/** Two stores in one folder; the first one's file gives way to the second one's while it is open. */
async function aReplacedStore(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-replaced-'));
  const [path, other] = [join(folder, 'store.db'), join(folder, 'other.db')];
  await (await openStore({ database: `sqlite:${other}` })).close();
  const ends: Error[] = [];
  const store = await openStore({ database: `sqlite:${path}`, onFatal: (error) => ends.push(error) });
  context.after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  await rename(other, path);
  return { store, ends };
}

test('what is written to a file that was replaced is not answered, and ends the process', async (context) => {
  const { store, ends } = await aReplacedStore(context);
  const written = store.write(async (unit) => ok(await unit.apply([], [{ kind: 'port', id: 'one' }])));
  await assert.rejects(written, (error) => error instanceof StoreUnavailable && error.isOutcomeUnknown);
  assert.match(String(ends[0]?.message), /was replaced or removed/);
});

test('a file that was put in its place is not read', async (context) => {
  const { store, ends } = await aReplacedStore(context);
  await assert.rejects(
    store.snapshot(async ({ revision }) => revision),
    StoreUnavailable,
  );
  assert.equal(ends.length, 1);
});
