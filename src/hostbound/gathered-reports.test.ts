import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../base/index.ts';
import { address, aPort } from '../store/testing/builders.ts';
import { GatheredReports } from './gathered-reports.ts';
import type { ReportRecord } from './report.ts';

const [portId, other] = [aPort().id, aPort().id];

function dropped(packets: number, of = portId): ReportRecord {
  return { leases: [], seen: [], drops: [{ portId: of, reason: 'rogue-ra', packets }] };
}

function gathering() {
  const recorded: ReportRecord[] = [];
  const clock = manualClock();
  const reports = new GatheredReports({
    clock,
    record: async (report) => {
      recorded.push(report);
    },
    onFailure: (error) => assert.fail(String(error)),
  });
  return { clock, reports, recorded };
}

test('reports are recorded once a second, and those that come in between together, with the last word of each port', async () => {
  const { clock, reports, recorded } = gathering();
  for (let packets = 1; packets <= 100; packets += 1) await reports.add(dropped(packets));
  await reports.add(dropped(7, other));
  assert.deepEqual(recorded, [dropped(1)]);
  clock.advance(milliseconds(1_000));
  assert.deepEqual(recorded.slice(1), [{ ...dropped(0), drops: [...dropped(100).drops, ...dropped(7, other).drops] }]);
  clock.advance(milliseconds(10_000));
  await reports.add(dropped(101));
  assert.deepEqual(recorded.slice(2), [dropped(101)]);
});

test('an agent whose reports are large waits until they are recorded, and no longer than its session lasts', async () => {
  const { clock, reports, recorded } = gathering();
  const large = { ...dropped(1), seen: Array(4_096).fill({ portId, address: address('fe80::1') }) };
  await reports.add(dropped(1));
  let isThrough = false;
  const adding = reports.add(large).then(() => {
    isThrough = true;
  });
  await Promise.resolve();
  assert.equal(isThrough, false);
  clock.advance(milliseconds(1_000));
  await adding;
  assert.equal(recorded.length, 2);
  const last = reports.add(large);
  reports.stop();
  await last;
  clock.advance(milliseconds(10_000));
  assert.equal(recorded.length, 2);
});
