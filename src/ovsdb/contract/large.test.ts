import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { milliseconds, waitFor } from '../../base/index.ts';
import { startServer } from '../testing/index.ts';
import { type Library, library, librarySchemaJson, mustTransact, openLibrary, recordEvents } from './library.ts';

const rowCount = 20_000;
/** Some 400 bytes a row on the wire: 8 MB. */
const labels = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`label-number-${index}`, 'x'.repeat(20)]));

test('takes a large snapshot, and a large transaction, without holding up the event loop', async (t) => {
  const server = await startServer({ schema: librarySchemaJson });
  t.after(() => server.stop());
  const writer = openLibrary(t, { endpoints: [server.unix] });
  const reader = openLibrary(t, { endpoints: [server.unix] });
  await Promise.all([writer.synchronised(), reader.synchronised()]);
  const events = recordEvents(reader);
  await fill(writer);
  const patient = { within: milliseconds(60_000) };
  await waitFor('the rows of the update', () => reader.replica.table('Shelf').size === rowCount, patient);
  assert.equal(events.length, 1);

  const fresh = openLibrary(t, { endpoints: [server.unix] });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await fresh.synchronised();
  delay.disable();
  assert.equal(fresh.replica.table('Shelf').size, rowCount);
  assert.deepEqual(fresh.replica.table('Shelf').findBy('name', 'shelf 19999')?.labels, labels);
  const longestMs = delay.max / 1e6;
  t.diagnostic(`longest turn of the event loop: ${longestMs.toFixed(0)} ms for ${rowCount} rows`);
  assert.ok(longestMs < 500, `the event loop stood still for ${longestMs} ms`);
});

async function fill(database: Library): Promise<void> {
  const rows = Array.from({ length: rowCount }, (_, index) =>
    library.insert('Shelf', { name: `shelf ${index}`, labels }),
  );
  await mustTransact(database, ...rows);
}
