import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../../ip/index.ts';
import {
  aContext,
  address,
  aPort,
  aPortInput,
  aPortWorld,
  aSubnet,
  mac,
  now,
  prefix,
  problemOf,
  succeed,
} from '../testing/builders.ts';
import { allocationKey } from './addressing.ts';
import type { Port, PortInput, PortWorld } from './port.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';

const slaac = aSubnet();
const stateful = aSubnet({
  cidr: prefix('2001:db8:2::/64'),
  ipv6RaMode: 'dhcpv6-stateful',
  ipv6AddressMode: 'dhcpv6-stateful',
  allocationPools: [{ first: address('2001:db8:2::10'), last: address('2001:db8:2::1f') }],
});
const ipv4 = aSubnet({
  ipVersion: 4,
  cidr: prefix('192.0.2.0/24'),
  ipv6RaMode: undefined,
  ipv6AddressMode: undefined,
  allocationPools: [{ first: address('192.0.2.2'), last: address('192.0.2.254') }],
});

function create(world: PortWorld, input: Partial<PortInput> = {}) {
  return decideCreate(aPortInput(input), world, aContext());
}

function addressesOf({ fixedIps }: Port): readonly string[] {
  return fixedIps.map(({ ipAddress }) => formatAddress(ipAddress));
}

test('gives one address of each family, and those that follow from the MAC', () => {
  const { entity } = succeed(create(aPortWorld([slaac, stateful, ipv4])));
  assert.deepEqual(addressesOf(entity), ['192.0.2.2', '2001:db8:1:0:f816:3eff:fe00:1', '2001:db8:2::10']);
});

test('adds what follows from the MAC also to addresses that were chosen', () => {
  const world = aPortWorld([slaac, stateful]);
  const chosen = { subnetId: stateful.id, ipAddress: address('2001:db8:2::99') };
  const { entity } = succeed(create(world, { fixedIps: [chosen] }));
  assert.deepEqual(addressesOf(entity), ['2001:db8:1:0:f816:3eff:fe00:1', '2001:db8:2::99']);
  assert.deepEqual(addressesOf(succeed(create(world, { fixedIps: [] })).entity), ['2001:db8:1:0:f816:3eff:fe00:1']);
});

test('refuses a chosen address on a subnet whose addresses follow from the MAC, to all but routers', () => {
  const fixedIps = [{ subnetId: slaac.id, ipAddress: address('2001:db8:1::5') }];
  assert.equal(problemOf(create(aPortWorld([slaac]), { fixedIps })), 'auto-address-subnet');
  const router = { fixedIps, deviceOwner: 'network:router_interface' };
  assert.deepEqual(addressesOf(succeed(create(aPortWorld([slaac]), router)).entity), ['2001:db8:1::5']);
});

test('takes the address that follows from the MAC, asked for by name, once', () => {
  const own = { subnetId: slaac.id, ipAddress: address('2001:db8:1:0:f816:3eff:fe00:1') };
  const { entity } = succeed(create(aPortWorld([slaac]), { fixedIps: [own] }));
  assert.deepEqual(addressesOf(entity), ['2001:db8:1:0:f816:3eff:fe00:1']);
  const world = aPortWorld([slaac, stateful]);
  const two = [{ ipAddress: own.ipAddress }, { subnetId: stateful.id, ipAddress: address('2001:db8:2::99') }];
  const added = succeed(decideUpdate(entity, { fixedIps: two }, world, aContext())).entity;
  assert.deepEqual(addressesOf(added), ['2001:db8:1:0:f816:3eff:fe00:1', '2001:db8:2::99']);
  const taken = aPortWorld([slaac], { taken: new Set([allocationKey(slaac.id, own.ipAddress)]) });
  assert.equal(problemOf(create(taken, { fixedIps: [own] })), 'address-in-use');
});

test('refuses a fixed address outside every subnet of the network, or outside the one that it names', () => {
  const ipAddress = address('2001:db8:ffff::5');
  assert.equal(problemOf(create(aPortWorld([stateful]), { fixedIps: [{ ipAddress }] })), 'address-outside-network');
  const named = [{ subnetId: stateful.id, ipAddress }];
  assert.equal(problemOf(create(aPortWorld([stateful]), { fixedIps: named })), 'address-outside-subnet');
});

test('tells a subnet of another network from one that does not exist', () => {
  const fixedIps = [{ subnetId: stateful.id }];
  assert.equal(problemOf(create(aPortWorld([slaac]), { fixedIps })), 'not-found');
  const world = aPortWorld([slaac], { elsewhere: new Set([stateful.id]) });
  assert.equal(problemOf(create(world, { fixedIps })), 'invalid-input');
});

test('refuses an address that is taken, and a pool that is empty', () => {
  const ipAddress = address('2001:db8:2::10');
  const taken = new Set([allocationKey(stateful.id, ipAddress)]);
  assert.equal(problemOf(create(aPortWorld([stateful], { taken }), { fixedIps: [{ ipAddress }] })), 'address-in-use');
  const exhausted = aPortWorld([stateful], { free: new Map() });
  assert.equal(problemOf(create(exhausted)), 'address-exhausted');
});

test('goes to the next subnet of the family when the first is exhausted', () => {
  const second = aSubnet({
    ...stateful,
    id: aSubnet().id,
    cidr: prefix('2001:db8:3::/64'),
    allocationPools: [{ first: address('2001:db8:3::10'), last: address('2001:db8:3::1f') }],
  });
  const world = aPortWorld([stateful, second], { free: new Map([[second.id, [address('2001:db8:3::10')]]]) });
  assert.deepEqual(addressesOf(succeed(create(world)).entity), ['2001:db8:3::10']);
});

test('draws no address for one item that another item names', () => {
  const free = new Map([[stateful.id, [address('2001:db8:2::10'), address('2001:db8:2::11')]]]);
  const fixedIps = [{ subnetId: stateful.id }, { subnetId: stateful.id, ipAddress: address('2001:db8:2::10') }];
  const { entity } = succeed(create(aPortWorld([stateful], { free }), { fixedIps }));
  assert.deepEqual(addressesOf(entity), ['2001:db8:2::10', '2001:db8:2::11']);
});

test('serves only the device owners that a subnet names', () => {
  const restricted = aSubnet({ ...stateful, serviceTypes: ['compute:nova'] });
  assert.equal(problemOf(create(aPortWorld([restricted]))), 'no-matching-subnet');
  assert.equal(problemOf(create(aPortWorld([restricted]), { deviceOwner: 'compute:nova' })), undefined);
});

test('holds the number of addresses to the limit', () => {
  const settings = { ...aContext().settings, maxFixedIpsPerPort: 1 };
  const world = aPortWorld([slaac, stateful]);
  assert.equal(problemOf(decideCreate(aPortInput(), world, aContext({ settings }))), 'invalid-input');
});

test('refuses a MAC that the network has, another one when it has all, and a network that is not there', () => {
  const taken = aPortWorld([], { macAddress: undefined });
  assert.equal(problemOf(create(taken, { macAddress: mac('fa:16:3e:00:00:01') })), 'mac-in-use');
  assert.equal(problemOf(create(taken)), 'mac-exhausted');
  assert.equal(problemOf(create(aPortWorld([], { network: undefined }))), 'not-found');
});

test('completes address pairs with the own MAC, refuses doubles, and wants port security for them', () => {
  const pair = { ipAddress: prefix('2001:db8:1::99/128'), macAddress: undefined };
  const { entity } = succeed(create(aPortWorld([]), { allowedAddressPairs: [pair] }));
  assert.deepEqual(entity.allowedAddressPairs, [{ ...pair, macAddress: entity.macAddress }]);
  assert.equal(problemOf(create(aPortWorld([]), { allowedAddressPairs: [pair, pair] })), 'duplicate-address-pair');
  const insecure = { allowedAddressPairs: [pair], portSecurityEnabled: false };
  assert.equal(problemOf(create(aPortWorld([]), insecure)), 'address-pair-without-port-security');
});

test('lets nobody become a router’s port but through the router', () => {
  const input = { deviceOwner: 'network:router_interface', deviceId: 'r1' };
  assert.equal(problemOf(create(aPortWorld([]), input)), 'device-not-owned');
  const world = { ...aPortWorld([]), isMacTaken: false };
  assert.equal(problemOf(decideUpdate(aPort(), input, world, aContext())), 'device-not-owned');
  const router = aPort({ deviceOwner: 'network:router_interface', deviceId: 'r1' });
  assert.equal(problemOf(decideUpdate(router, { deviceId: 'r2' }, world, aContext())), 'service-port');
  assert.equal(problemOf(decideDelete(router)), 'service-port');
});

test('changes a name and nothing else', () => {
  const port = aPort({ fixedIps: [{ subnetId: stateful.id, ipAddress: address('2001:db8:2::10') }] });
  const world = { ...aPortWorld([]), isMacTaken: false };
  const { entity, dirty } = succeed(decideUpdate(port, { name: 'other' }, world, aContext()));
  assert.deepEqual(entity, { ...port, name: 'other', revision: 2, updatedAt: now });
  assert.deepEqual(dirty, [{ kind: 'port', id: port.id }]);
});

test('has the network looked at again with the port of a router, and with no other', () => {
  const router = aPort({ deviceOwner: 'network:router_interface', deviceId: 'r1' });
  const world = { ...aPortWorld([]), isMacTaken: false };
  const keys = [
    { kind: 'port', id: router.id },
    { kind: 'router', id: 'r1' },
    { kind: 'network', id: router.networkId },
  ];
  assert.deepEqual(succeed(decideUpdate(router, { adminStateUp: false }, world, aContext())).dirty, keys);
  const spare = aPort({ deviceOwner: 'network:router_interface' });
  assert.deepEqual(succeed(decideDelete(spare)).dirty, [
    { kind: 'port', id: spare.id },
    { kind: 'network', id: spare.networkId },
  ]);
  const guest = aPort();
  assert.deepEqual(succeed(decideDelete(guest)).dirty, [{ kind: 'port', id: guest.id }]);
});

test('has the hosts of a network told when a guest without port security comes, goes or changes', () => {
  const guest = aPort();
  const networkKey = { kind: 'network', id: guest.networkId };
  const keysOf = (port: Port, input: Partial<PortInput>) =>
    succeed(decideUpdate(port, input, aPortWorld([]), aContext())).dirty;
  const open = { ...guest, portSecurityEnabled: false };
  assert.deepEqual(keysOf(guest, { portSecurityEnabled: false }).slice(1), [networkKey]);
  assert.deepEqual(keysOf(open, { portSecurityEnabled: true }).slice(1), [networkKey]);
  assert.deepEqual(keysOf(open, { name: 'other' }).slice(1), []);
  assert.deepEqual(succeed(decideDelete(open)).dirty.slice(1), [networkKey]);
  assert.deepEqual(keysOf({ ...guest, deviceOwner: 'network:dhcp' }, { portSecurityEnabled: false }).slice(1), []);
});

test('recomputes the addresses that follow from a changed MAC and keeps the others', () => {
  const kept = { subnetId: stateful.id, ipAddress: address('2001:db8:2::10') };
  const derived = { subnetId: slaac.id, ipAddress: address('2001:db8:1:0:f816:3eff:fe00:1') };
  const port = aPort({ fixedIps: [derived, kept] });
  const world = { ...aPortWorld([slaac, stateful]), isMacTaken: false };
  const change = { macAddress: mac('fa:16:3e:00:00:02') };
  const { entity } = succeed(decideUpdate(port, change, world, aContext()));
  assert.deepEqual(addressesOf(entity), ['2001:db8:1:0:f816:3eff:fe00:2', '2001:db8:2::10']);
  const bound = aPort({ ...port, hostId: 'h1' });
  assert.equal(problemOf(decideUpdate(bound, change, world, aContext())), 'port-bound');
  assert.equal(problemOf(decideUpdate(port, change, { ...world, isMacTaken: true }, aContext())), 'mac-in-use');
});

test('keeps an address that is asked for again, by itself or by its subnet', () => {
  const own = { subnetId: stateful.id, ipAddress: address('2001:db8:2::15') };
  const port = aPort({ fixedIps: [own] });
  const taken = new Set([allocationKey(own.subnetId, own.ipAddress)]);
  const world = { ...aPortWorld([stateful], { taken }), isMacTaken: false };
  for (const request of [own, { subnetId: stateful.id }]) {
    const { entity } = succeed(decideUpdate(port, { fixedIps: [request] }, world, aContext()));
    assert.deepEqual(entity.fixedIps, [own]);
  }
  assert.deepEqual(succeed(decideUpdate(port, { fixedIps: [] }, world, aContext())).entity.fixedIps, []);
});

test('takes the address that follows from the MAC when a client sends back what the port has', () => {
  const derived = { subnetId: slaac.id, ipAddress: address('2001:db8:1:0:f816:3eff:fe00:1') };
  const added = { subnetId: ipv4.id };
  const port = aPort({ fixedIps: [derived] });
  const taken = new Set([allocationKey(derived.subnetId, derived.ipAddress)]);
  const world = { ...aPortWorld([slaac, ipv4], { taken }), isMacTaken: false };
  const decide = (change: Partial<PortInput>) => decideUpdate(port, change, world, aContext());
  const { entity } = succeed(decide({ fixedIps: [derived, added] }));
  assert.deepEqual(addressesOf(entity), ['192.0.2.2', '2001:db8:1:0:f816:3eff:fe00:1']);
  const moved = succeed(decide({ fixedIps: [derived], macAddress: mac('fa:16:3e:00:00:02') }));
  assert.deepEqual(addressesOf(moved.entity), ['2001:db8:1:0:f816:3eff:fe00:2']);
  const other = { subnetId: slaac.id, ipAddress: address('2001:db8:1::5') };
  assert.equal(problemOf(decide({ fixedIps: [derived, other] })), 'auto-address-subnet');
});

test('keeps the address that all routers of a link answer from guests, if it says who they are', () => {
  const fixedIps = [{ subnetId: stateful.id, ipAddress: address('2001:db8:2::') }];
  const decide = (deviceOwner: string) => problemOf(create(aPortWorld([stateful]), { fixedIps, deviceOwner }));
  assert.equal(decide('compute:nova'), 'address-outside-subnet');
  assert.equal(decide('network:router_interface'), undefined);
  assert.equal(decide(''), undefined);
  const port = aPort({ fixedIps, deviceOwner: 'compute:nova' });
  const world = { ...aPortWorld([stateful]), isMacTaken: false };
  assert.equal(problemOf(decideUpdate(port, { fixedIps }, world, aContext())), undefined);
});
