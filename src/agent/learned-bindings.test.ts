import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { milliseconds, newUuid, silentLog } from '../base/index.ts';
import { aMac, anAddress, aPortIntent, aPrefix, aSubnetIntent } from '../firsthop/testing/intents.ts';
import { formatAddress } from '../ip/index.ts';
import { bindingsFile } from './bindings-file.ts';
import type { PortObservation } from './first-hop.ts';
import { LearnedBindings } from './learned-bindings.ts';

const portId = newUuid();
const mac = aMac('fa:16:3e:00:00:01');
const intent = aPortIntent({ portId, mac, learnedAddressQuota: 4 });
const port = {
  intent,
  plugged: { portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 },
  ...{ cookie: 1n, guestPort: 1, patchPort: 0x8000 },
};
const hour = 3_600_000;

function aReading(packets: Readonly<Record<string, number>>, conflicts: readonly string[] = []): PortObservation {
  const learned = Object.entries(packets).map(([text, hits]) => ({ address: anAddress(text), mac, packets: hits }));
  return { port, learned, conflicts: conflicts.map(anAddress), drops: new Map() };
}

function aMemory() {
  const memory = new LearnedBindings(new Map(), () => changes++);
  let changes = 0;
  return {
    memory,
    changes: () => changes,
    addresses: () => memory.list(portId).map(({ address }) => formatAddress(address)),
  };
}

test('remembers what the switch has learned, and hears of a change once', () => {
  const { memory, changes, addresses } = aMemory();
  assert.deepEqual(memory.observe(aReading({ 'fe80::7': 1, '2001:db8:0:1::7': 1 }), milliseconds(0)), []);
  memory.observe(aReading({ 'fe80::7': 2, '2001:db8:0:1::7': 9 }), milliseconds(5_000));
  assert.deepEqual([addresses(), changes()], [['fe80::7', '2001:db8:0:1::7'], 1]);
  assert.equal(memory.relearn(port).length, 4); // a binding and a claim for each
  memory.retain((id) => id === portId);
  assert.equal(addresses().length, 2);
  memory.retain(() => false);
  assert.deepEqual([addresses(), changes(), memory.relearn(port)], [[], 2, []]);
});

test('tells what is new in a reading, and not in conflict', () => {
  const { memory } = aMemory();
  const first = aReading({ 'fe80::7': 1 });
  assert.deepEqual(memory.unheardOf(first), [anAddress('fe80::7')]);
  memory.observe(first, milliseconds(0));
  const second = aReading({ 'fe80::7': 1, '2001:db8:0:1::7': 1, '2001:db8:0:1::8': 1 }, ['2001:db8:0:1::8']);
  assert.deepEqual(memory.unheardOf(second), [anAddress('2001:db8:0:1::7')]);
});

test('has a binding forgotten that its holder defends, and one that is off the link', () => {
  const { memory, addresses } = aMemory();
  const reading = aReading({ 'fe80::7': 1, '2001:db8:0:1::7': 1, '2001:db8:0:9::7': 1 }, ['2001:db8:0:1::7']);
  const matches = memory.observe(reading, milliseconds(0));
  assert.deepEqual(addresses(), ['fe80::7']);
  assert.ok(matches.length > 0 && matches.every((match) => match.startsWith('cookie=0x1/-1,')));
});

test('makes room for new addresses out of those that were not used for long', () => {
  const { memory, addresses } = aMemory();
  const four = { 'fe80::7': 1, '2001:db8:0:1::1': 1, '2001:db8:0:1::2': 1, '2001:db8:0:1::3': 1 };
  memory.observe(aReading(four), milliseconds(0));
  memory.observe(aReading({ ...four, '2001:db8:0:1::3': 2 }), milliseconds(2 * hour));
  assert.deepEqual(addresses(), ['fe80::7', '2001:db8:0:1::3']);
});

test('has what a new intent no longer allows forgotten', () => {
  const { memory } = aMemory();
  memory.observe(aReading({ 'fe80::7': 1, '2001:db8:0:1::7': 1 }), milliseconds(0));
  const moved = aPortIntent({ ...intent, subnets: [aSubnetIntent({ prefix: aPrefix('2001:db8:0:2::/64') })] });
  assert.ok(memory.serve({ ...port, intent: moved }).length > 0);
  assert.deepEqual(memory.serve(port), []);
});

test('finds on disk what was learned, and takes a damaged file for an empty one', async () => {
  const directory = join(mkdtempSync(join(tmpdir(), 'bindings-')), 'state');
  const file = bindingsFile(directory, silentLog);
  assert.deepEqual(await file.load(), new Map());
  const learned = new Map([[portId, [{ address: anAddress('fe80::7'), mac }]]]);
  await file.save(learned);
  assert.deepEqual(await bindingsFile(directory, silentLog).load(), learned);
  writeFileSync(join(directory, 'learned.json'), '{"half":');
  assert.deepEqual(await file.load(), new Map());
});
