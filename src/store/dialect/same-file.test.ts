import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { milliseconds, ok, waitFor } from '../../base/index.ts';
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

test('the check of the content takes a file that is gone for gone, and not for damaged', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-removed-'));
  const [path, ends]: [string, Error[]] = [join(folder, 'store.db'), []];
  const often = milliseconds(20);
  const store = await openStore({
    database: `sqlite:${path}`,
    onFatal: (error) => ends.push(error),
    contentChecks: { first: often, interval: often },
  });
  context.after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  await rm(path);
  await waitFor('the check to find it', () => store.faults().length > 0);
  assert.match(store.faults().join(), /^the file of the database was replaced or removed/);
  assert.match(String(ends[0]?.message), /was replaced or removed/);
});
