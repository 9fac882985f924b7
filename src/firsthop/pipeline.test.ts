import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropStages } from './drop-reason.ts';
import { compileBridge, compilePort, dropReason, learnedTables, type PortIntent } from './index.ts';
import { fixedAddress } from './testing/frames.ts';
import { aMac, anAddress, anIpv4SubnetIntent, aPortIntent, aPrefix, aSubnetIntent, aUuid } from './testing/intents.ts';

const wiring = { guestPort: 1, patchPort: 2, cookie: 0xabn };
const intent: PortIntent = aPortIntent({
  fixedAddresses: [
    { subnetId: aUuid(200), address: fixedAddress },
    { subnetId: aUuid(204), address: anAddress('192.0.2.5') },
  ],
  allowedAddressPairs: [{ prefix: aPrefix('2001:db8:0:1::aaaa/128'), mac: aMac('00:00:5e:00:02:01') }],
  subnets: [aSubnetIntent(), anIpv4SubnetIntent()],
});
const variants: Record<string, PortIntent> = {
  'a secured port': intent,
  'a port without port security': { ...intent, portSecurityEnabled: false },
  'a trusted router': { ...intent, routerTrusted: true },
  'a port that is down': { ...intent, adminStateUp: false },
  'a port that may learn nothing': { ...intent, learnedAddressQuota: 0 },
  'a port with one address twice': { ...intent, fixedAddresses: [...intent.fixedAddresses, ...intent.fixedAddresses] },
};

for (const [name, variant] of Object.entries(variants)) {
  test(`compiles ${name} to flows that are its own, each once, none where the switch learns`, () => {
    const flows = compilePort(variant, wiring);
    assert.deepEqual(flows, compilePort(structuredClone(variant), wiring));
    const keys = flows.map((flow) => flow.replace(/^cookie=0xab,(.*) actions=.*$/, '$1'));
    assert.deepEqual([...new Set(keys)], keys);
    for (const table of learnedTables) assert.ok(!keys.some((key) => key.startsWith(`table=${table},`)), `${table}`);
  });
}

test('counts every reason to drop at a place of its own', () => {
  const places = Object.values(dropStages).map(({ table, priority }) => `${table}/${priority}`);
  assert.deepEqual([...new Set(places)], places);
  const drops = [...Object.values(variants).flatMap((one) => compilePort(one, wiring)), ...compileBridge(1n)];
  const unserved = drops.filter((flow) => flow.endsWith(' actions=drop'));
  const reasons = unserved.map((flow) => {
    const [, table, priority] = /,table=(\d+),priority=(\d+)/.exec(flow) ?? [];
    return dropReason({ table: Number(table), priority: Number(priority), actions: 'drop' });
  });
  assert.deepEqual([...new Set(reasons)].toSorted(), Object.keys(dropStages).toSorted());
});

test('lets ports that pin the same address stand side by side', () => {
  const other = compilePort(
    { ...intent, portId: aUuid(2), mac: aMac('fa:16:3e:00:00:02') },
    { guestPort: 3, patchPort: 4, cookie: 0xacn },
  );
  const keys = [...compilePort(intent, wiring), ...other].map((flow) =>
    flow.replace(/^cookie=0x..,(.*) actions=.*$/, '$1'),
  );
  assert.deepEqual([...new Set(keys)], keys);
});
