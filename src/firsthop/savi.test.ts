import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseEvictions, forget, type ObservedFlow, observeFlow, relearn, staleBindings, tables } from './index.ts';
import { guestMac } from './testing/frames.ts';
import { anAddress, aPortIntent, aSubnetIntent } from './testing/intents.ts';

const wiring = { guestPort: 1, patchPort: 2, cookie: 0xabn };

function aFlow(table: number, given: Partial<ObservedFlow> = {}): ObservedFlow {
  return { table, priority: 10, packets: 3, match: new Map(), actions: 'load:0x1->NXM_NX_REG0[0]', ...given };
}

const registers = new Map([
  ['reg4', '0x20010db8'],
  ['reg5', '0x1'],
  ['reg6', '0'],
  ['reg7', '0xaaaa'],
  ['in_port', '1'],
  ['dl_src', guestMac],
]);

test('reads bindings, conflicts and drops back from what the switch prints', () => {
  const address = anAddress('2001:db8:0:1::aaaa');
  assert.deepEqual(observeFlow(aFlow(tables.learned, { match: registers })), {
    kind: 'learned',
    address,
    mac: guestMac,
    packets: 3,
  });
  assert.deepEqual(observeFlow(aFlow(tables.conflicts, { match: registers })), { kind: 'conflict', address });
  const rogue = aFlow(tables.drops, { match: new Map([['reg0', '0x9']]), actions: 'drop' });
  assert.deepEqual(observeFlow(rogue), { kind: 'dropped', reason: 'rogue-ra', packets: 4 });
  assert.equal(observeFlow(aFlow(tables.guestGuard, { actions: 'goto_table:30' })), undefined);
  assert.equal(observeFlow(aFlow(77, { actions: 'drop' })), undefined);
});

test('learns again what is still legal, within the quota', () => {
  const addresses = ['fe80::7', '2001:db8:9::1', '2001:db8:0:1::7', '2001:db8:0:1::8'].map(anAddress);
  const flows = relearn(aPortIntent({ learnedAddressQuota: 2 }), wiring, addresses);
  assert.deepEqual(flows, [
    'cookie=0xab,table=90,priority=10,in_port=1,dl_src=fa:16:3e:00:00:01,xxreg1=0xfe800000000000000000000000000007/0xffffffffffffffffffffffffffffffff actions=load:1->NXM_NX_REG0[0]',
    'cookie=0xab,table=91,priority=10,xxreg1=0xfe800000000000000000000000000007/0xffffffffffffffffffffffffffffffff,xxreg2=0x00000000000040008000000000000064 actions=load:1->NXM_NX_REG1[0]',
    'cookie=0xab,table=90,priority=10,in_port=1,dl_src=fa:16:3e:00:00:01,xxreg1=0x20010db8000000010000000000000007/0xffffffffffffffffffffffffffffffff actions=load:1->NXM_NX_REG0[0]',
    'cookie=0xab,table=91,priority=10,xxreg1=0x20010db8000000010000000000000007/0xffffffffffffffffffffffffffffffff,xxreg2=0x00000000000040008000000000000064 actions=load:1->NXM_NX_REG1[0]',
  ]);
  assert.equal(forget(wiring, addresses.slice(0, 1)).length, 3);
});

test('finds what may not be bound any more when a subnet turns stateful', () => {
  const learned = ['fe80::7', '2001:db8:0:1::7'].map((text) => ({
    address: anAddress(text),
    mac: guestMac,
    packets: 0,
  }));
  assert.deepEqual(staleBindings(aPortIntent(), learned), []);
  const stateful = aSubnetIntent({ raMode: 'dhcpv6-stateful', addressMode: 'dhcpv6-stateful' });
  assert.deepEqual(staleBindings(aPortIntent({ subnets: [stateful] }), learned), [anAddress('2001:db8:0:1::7')]);
});

test('finds a link-local address that is made of the MAC of somebody else', () => {
  const learned = ['fe80::f816:3eff:fe00:42', 'fe80::42'].map((text) => ({
    address: anAddress(text),
    mac: guestMac,
    packets: 0,
  }));
  assert.deepEqual(staleBindings(aPortIntent(), learned), [anAddress('fe80::f816:3eff:fe00:42')]);
});

test('gives up the longest unused address when the quota runs out, never one in use or link-local', () => {
  const used = [
    { address: anAddress('fe80::7'), usedAtSeconds: 0 },
    { address: anAddress('2001:db8:0:1::1'), usedAtSeconds: 100 },
    { address: anAddress('2001:db8:0:1::2'), usedAtSeconds: 50 },
    { address: anAddress('2001:db8:0:1::3'), usedAtSeconds: 9_999 },
  ];
  assert.deepEqual(chooseEvictions(used, 16, 10_000), []);
  assert.deepEqual(chooseEvictions(used, 5, 10_000), [anAddress('2001:db8:0:1::2')]);
  assert.deepEqual(chooseEvictions(used, 3, 10_000), [anAddress('2001:db8:0:1::2'), anAddress('2001:db8:0:1::1')]);
});
