import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds, newUuid } from '../base/index.ts';
import type { AgentMessage } from '../feed/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import type { PortObservation } from './first-hop.ts';
import { Reporter } from './reporter.ts';

const portId = newUuid();
const port = {
  intent: aPortIntent({ portId }),
  plugged: { portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 },
  ...{ cookie: 1n, guestPort: 1, patchPort: 0x8000 },
};
const address = '2001:db8:0:1::7';
const reading = (packets: number): PortObservation => ({
  port,
  used: new Map(),
  drops: new Map([['rogue-ra', packets]]),
});
const lease = { portId, address, clientDuid: '0001', identityAssociation: 1, expiresAt: 3_600_000 };

function aReporter() {
  const clock = manualClock();
  const sent: AgentMessage[] = [];
  const reporter = new Reporter({ clock, send: (message) => sent.push(message) });
  const flush = () => {
    clock.advance(milliseconds(1_000));
    return sent.splice(0);
  };
  return { reporter, flush };
}

const seen = [{ portId, addresses: [address] }];
const drops = (packets: number) => [{ portId, reason: 'rogue-ra', packets }];

test('says in one message what came together, and says it once', () => {
  const { reporter, flush } = aReporter();
  reporter.lease(lease);
  reporter.observe([reading(3)], seen);
  assert.deepEqual(flush(), [{ kind: 'report', sentAt: 200, leases: [lease], seen, drops: drops(3) }]);
  reporter.observe([reading(3)], []);
  assert.deepEqual(flush(), []);
  reporter.observe([reading(5)], []);
  assert.deepEqual(flush(), [{ kind: 'report', sentAt: 2_200, leases: [], seen: [], drops: drops(5) }]);
});

test('repeats everything that holds to a new session, but not a lease that ran out', () => {
  const { reporter, flush } = aReporter();
  reporter.lease(lease);
  reporter.lease({ ...lease, address: '2001:db8:0:1::8', expiresAt: 10 });
  reporter.observe([reading(3)], []);
  flush();
  reporter.repeat();
  assert.deepEqual(flush(), [{ kind: 'report', sentAt: 1_200, leases: [lease], seen: [], drops: drops(3) }]);
});

test('forgets a port that is gone', () => {
  const { reporter, flush } = aReporter();
  reporter.lease(lease);
  reporter.observe([reading(3)], []);
  flush();
  reporter.release(portId);
  reporter.repeat();
  assert.deepEqual(flush(), []);
});
