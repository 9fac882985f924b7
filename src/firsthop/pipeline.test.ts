import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentReasons, dropCodes } from './drop-reason.ts';
import { compileBridge, compileNetwork, compilePort, dropReason, learnedTables, type PortIntent } from './index.ts';
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
  'a port with bound addresses': { ...intent, boundAddresses: [anAddress('fe80::77'), anAddress('2001:db8:0:1::77')] },
  'a port with one address twice': { ...intent, fixedAddresses: [...intent.fixedAddresses, ...intent.fixedAddresses] },
};
const bridge = compileBridge(1n);
const network = compileNetwork([intent], 2n);

for (const [name, variant] of Object.entries(variants)) {
  test(`compiles ${name} to flows that are its own, each once, none that the switch writes`, () => {
    const flows = compilePort(variant, wiring);
    assert.deepEqual(flows, compilePort(structuredClone(variant), wiring));
    assert.ok(flows.every((flow) => flow.startsWith('cookie=0xab,')));
    const keys = [...flows, ...network, ...bridge].map(keyOf);
    assert.deepEqual([...new Set(keys)], keys);
    for (const table of learnedTables) assert.ok(!keys.some((key) => key.startsWith(`table=${table},priority=10,`)));
  });
}

test('has a code for each reason to drop, and drops for no other', () => {
  const codes = Object.values(dropCodes);
  assert.deepEqual([...new Set(codes)], codes);
  const flows = [...Object.values(variants).flatMap((one) => compilePort(one, wiring)), ...bridge];
  const used = flows.flatMap((flow) => {
    const code = /set_field:(\d+)->reg0,goto_table:(?:195|154)$/.exec(flow)?.[1];
    return code === undefined ? [] : [dropReason({ table: 94, match: new Map([['reg0', code]]) })];
  });
  assert.deepEqual([...new Set([...used, ...agentReasons])].toSorted(), Object.keys(dropCodes).toSorted());
  assert.ok(agentReasons.every((reason) => !used.includes(reason)));
});

test('lets ports that pin the same address stand side by side', () => {
  const other = compilePort(
    { ...intent, portId: aUuid(2), mac: aMac('fa:16:3e:00:00:02') },
    { guestPort: 3, patchPort: 4, cookie: 0xacn },
  );
  const keys = [...compilePort(intent, wiring), ...other].map(keyOf);
  assert.deepEqual([...new Set(keys)], keys);
});

test('gives a port one flow more for an address more, and none for a subnet more', () => {
  const flowsWith = (given: Partial<PortIntent>) => compilePort({ ...intent, ...given }, wiring).length;
  const { fixedAddresses, subnets } = intent;
  const second = { subnetId: aUuid(201), address: anAddress('2001:db8:0:2::5') };
  assert.equal(flowsWith({ fixedAddresses: [...fixedAddresses, second] }), flowsWith({}) + 1);
  const subnet = aSubnetIntent({ id: aUuid(201), prefix: aPrefix('2001:db8:0:2::/64') });
  assert.equal(flowsWith({ subnets: [...subnets, subnet] }), flowsWith({}));
  assert.ok(flowsWith({}) <= 20, `${flowsWith({})} flows`);
});

test('writes where guests make addresses once for all ports of a network, and not for ports without port security', () => {
  const second = { ...intent, portId: aUuid(2), portSecurityEnabled: false };
  assert.equal(network.length, 1);
  assert.deepEqual(compileNetwork([second, intent], 2n), network);
  assert.deepEqual(compileNetwork([second], 2n), []);
});

function keyOf(flow: string): string {
  return flow.replace(/^cookie=0x[0-9a-f]+,(.*) actions=.*$/, '$1');
}
