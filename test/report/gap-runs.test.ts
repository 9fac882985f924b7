import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGapRuns, reportDirectoryOf } from '../../gaps/start/gap-runs.ts';
import { aReport } from './fixture.ts';

/** Runs that end when the test says so. */
function openRuns() {
  const begun: PromiseWithResolvers<void>[] = [];
  const runs = createGapRuns(async () => {
    const run = Promise.withResolvers<void>();
    begun.push(run);
    await run.promise;
    return aReport();
  });
  return { runs, begun };
}

test('a second run is refused while one is under way, and not when that has ended', async () => {
  const { runs, begun } = openRuns();
  const first = runs.run({});
  await assert.rejects(runs.run({}), /a gap analysis is under way/);
  begun[0]?.resolve();
  assert.deepEqual(await first, aReport());
  const second = runs.run({});
  begun[1]?.reject(new Error('the lab broke'));
  await assert.rejects(second, /the lab broke/);
  const third = runs.run({});
  begun[2]?.resolve();
  await third;
  assert.equal(begun.length, 3);
});

test('a run whose caller has gone is waited for, until all that it made is undone', async () => {
  const { runs, begun } = openRuns();
  const gone = new AbortController();
  const first = runs.run({ signal: gone.signal });
  gone.abort();
  const second = runs.run({});
  await new Promise(setImmediate);
  assert.equal(begun.length, 1);
  begun[0]?.resolve();
  await first;
  await new Promise(setImmediate);
  begun[1]?.resolve();
  await second;
  assert.equal(begun.length, 2);
});

test('the report of some rows never takes the place of that of a whole run', () => {
  assert.equal(reportDirectoryOf({ reportDirectory: '/r' }), '/r');
  assert.equal(reportDirectoryOf({ rows: ['2'], reportDirectory: '/r' }), '/r/part');
});
