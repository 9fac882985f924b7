import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostPrefix, linkLocalFromMac, parseMac } from '../ip/index.ts';
import type { Port, Subnet } from '../resources/index.ts';
import { prefix } from '../resources/testing/builders.ts';
import type { Binding } from '../store/index.ts';
import { address, aNetwork, aPort, aSubnet } from '../store/testing/builders.ts';
import type { Ask } from './ask.ts';
import { type ClaimAnswer, type ClaimWorld, decideClaims } from './claim-decision.ts';

const network = aNetwork();
const networkId = network.id;
const slaac = aSubnet({ networkId, cidr: prefix('2001:db8:1::/64'), gatewayIp: address('2001:db8:1::1') });
const stateful = aSubnet({
  networkId,
  cidr: prefix('2001:db8:2::/64'),
  gatewayIp: address('fe80::1'),
  ipv6RaMode: 'dhcpv6-stateful',
  ipv6AddressMode: 'dhcpv6-stateful',
});
const port = aPort({
  networkId,
  hostId: 'h1',
  fixedIps: [{ subnetId: slaac.id, ipAddress: address('2001:db8:1::a') }],
  allowedAddressPairs: [{ ipAddress: hostPrefix(address('2001:db8:1::99')), macAddress: mac('fa:16:3e:00:00:99') }],
});
const other = aPort({ networkId, hostId: 'h1' });

function mac(text: string) {
  const parsed = parseMac(text);
  assert.ok(parsed);
  return parsed;
}

interface Facts {
  readonly ports?: readonly Port[];
  readonly subnets?: readonly Subnet[];
  readonly declared?: readonly string[];
  readonly bindings?: readonly Binding[];
}

function aWorld({ ports = [port, other], subnets = [slaac, stateful], declared = [], bindings = [] }: Facts = {}) {
  const taken = new Set(declared.map((text) => address(text).value));
  const world: ClaimWorld = {
    now: 1_000,
    ports: new Map(ports.map((one) => [one.id, one])),
    subnets: new Map([[networkId, subnets]]),
    isDeclared: (one) => taken.has(one.address.value),
    bindings,
  };
  return world;
}

function bound({ id }: Port, text: string): Binding {
  return { networkId, address: address(text), portId: id, kind: 'learned', grantedAt: 1, seenAt: 1 };
}

function claim({ id }: Port, text: string): Ask {
  return { kind: 'claim', host: 'h1', portId: id, address: address(text) };
}

function answerTo(text: string, facts: Facts = {}, by = port): ClaimAnswer | undefined {
  return decideClaims([claim(by, text)], aWorld({ ports: [by, other], ...facts })).answers[0];
}

test('grants a free address of a prefix where guests make addresses, and a free link-local one', () => {
  const { bound: granted, answers } = decideClaims([claim(port, '2001:db8:1::b'), claim(port, 'fe80::b')], aWorld());
  assert.deepEqual(answers, ['granted', 'granted']);
  const times = { grantedAt: 1_000, seenAt: 1_000 };
  assert.deepEqual(granted, [
    { ...bound(port, '2001:db8:1::b'), ...times },
    { ...bound(port, 'fe80::b'), ...times },
  ]);
});

test('knows what is the port’s own: fixed, of its pairs, of its MAC, bound before', () => {
  const own = ['2001:db8:1::a', '2001:db8:1::99'].map((text) => answerTo(text));
  assert.deepEqual(own, ['known', 'known']);
  const asks: readonly Ask[] = [
    { kind: 'claim', host: 'h1', portId: port.id, address: linkLocalFromMac(port.macAddress) },
    claim(port, 'fe80::b'),
  ];
  const outcome = decideClaims(asks, aWorld({ bindings: [bound(port, 'fe80::b')] }));
  assert.deepEqual(outcome.answers, ['known', 'known']);
  const seen = [{ portId: port.id, address: address('fe80::b') }];
  assert.deepEqual([outcome.bound, outcome.ended, outcome.seen], [[], [], seen]);
});

test('refuses what is another port’s, by declaration or by a binding, whether or not it is plugged', () => {
  assert.equal(answerTo('2001:db8:1::b', { declared: ['2001:db8:1::b'] }), 'taken');
  assert.equal(answerTo('2001:db8:1::b', { bindings: [bound(other, '2001:db8:1::b')] }), 'taken');
  // DHCPv6 gives fixed addresses, so that a DAD for one must be answered though no guest makes such an address.
  assert.equal(answerTo('2001:db8:2::b', { declared: ['2001:db8:2::b'] }), 'taken');
});

test('gives the first of two in one batch what both claim', () => {
  const outcome = decideClaims([claim(other, 'fe80::b'), claim(port, 'fe80::b')], aWorld());
  assert.deepEqual([outcome.answers, outcome.bound.length], [['granted', 'taken'], 1]);
});

test('refuses the link’s own addresses: gateways, what all routers answer, ours, and those of other MACs', () => {
  const reserved = ['2001:db8:1::1', 'fe80::1', '2001:db8:1::', 'fe80::a9fe:a9fe', 'fe80::f816:3eff:fe11:2233'];
  assert.deepEqual(
    reserved.map((text) => answerTo(text)),
    reserved.map(() => 'reserved'),
  );
});

test('refuses what no guest makes: in stateful prefixes, in none, of IPv4, and of ports without port security', () => {
  assert.deepEqual(
    ['2001:db8:2::b', '2001:db8:3::b', '192.0.2.1'].map((text) => answerTo(text)),
    ['off-link', 'off-link', 'off-link'],
  );
  assert.equal(answerTo('fe80::b', {}, { ...port, portSecurityEnabled: false }), 'off-link');
});

test('grants sixteen addresses and no more, until the port has given one up', () => {
  const asks = Array.from({ length: 17 }, (_, index) => claim(port, `fe80::1:${index.toString(16)}`));
  const outcome = decideClaims(asks, aWorld());
  assert.deepEqual(outcome.answers, [...asks.slice(1).map(() => 'granted'), 'full']);
  const release: Ask = { kind: 'release', host: 'h1', portId: port.id, address: address('fe80::1:3') };
  const later = decideClaims([release, claim(port, 'fe80::1:10')], aWorld({ bindings: outcome.bound }));
  assert.deepEqual(later.answers, ['none', 'granted']);
  assert.deepEqual(
    [later.ended, later.bound].map((some) => some.map((binding) => binding.address)),
    [[address('fe80::1:3')], [address('fe80::1:10')]],
  );
});

test('ends no binding of another port, whatever a host releases', () => {
  const release: Ask = { kind: 'release', host: 'h1', portId: port.id, address: address('fe80::b') };
  const { ended } = decideClaims([release], aWorld({ bindings: [bound(other, 'fe80::b')] }));
  assert.deepEqual(ended, []);
});

test('says nothing of ports that are bound to another host, or are gone', () => {
  const moved = { ...port, hostId: 'h2' };
  const outcome = decideClaims([claim(port, 'fe80::b'), claim(aPort(), 'fe80::c')], aWorld({ ports: [moved] }));
  assert.deepEqual([outcome.answers, outcome.bound], [['none', 'none'], []]);
});

test('takes what a host of version 2 learned for claims, and what it has no more for given up', () => {
  const learned: Ask = {
    ...{ kind: 'learned', host: 'h1', portId: port.id },
    addresses: ['fe80::b', 'fe80::c', 'fe80::d'].map(address),
  };
  const bindings = [bound(port, 'fe80::a'), bound(port, 'fe80::b'), bound(other, 'fe80::c')];
  const outcome = decideClaims([learned], aWorld({ bindings }));
  assert.deepEqual(outcome.answers, ['none']);
  assert.deepEqual(
    [outcome.ended, outcome.bound].map((some) => some.map((binding) => binding.address)),
    [[address('fe80::a')], [address('fe80::d')]],
  );
});
