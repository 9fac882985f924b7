import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../../ip/index.ts';
import { deleteRow, insertRow, updateRow } from '../../kit/index.ts';
import { networkTable } from '../network/network.ts';
import { portTable } from '../port/port.ts';
import {
  aContext,
  address,
  aNetwork,
  aPort,
  aSubnet,
  aSubnetInput,
  mac,
  now,
  prefix,
  problemOf,
  succeed,
} from '../testing/builders.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { subnetTable } from './subnet.ts';

const auto = { ipv6RaMode: 'slaac', ipv6AddressMode: 'slaac' } as const;
const stateful = { ipv6RaMode: 'dhcpv6-stateful', ipv6AddressMode: 'dhcpv6-stateful' } as const;
const network = aNetwork();
const empty = {
  network,
  routerPorts: [],
  siblings: [],
  siblingPools: [],
  ports: [],
  holders: [],
  users: [],
  allotment: undefined,
  releases: [],
};
/** Its subnets are part of it. */
const revised = updateRow(networkTable, { ...network, revision: 2, updatedAt: now });

test('gives a new auto-address subnet to every port of the network but the routers', () => {
  const guest = aPort({ macAddress: mac('fa:16:3e:11:22:33') });
  const router = aPort({ deviceOwner: 'network:router_interface', deviceId: 'r1' });
  const world = { ...empty, ports: [guest, router], routerPorts: [router] };
  const { entity, changes, dirty } = succeed(decideCreate(aSubnetInput(auto), world, aContext()));
  const fixedIps = [{ subnetId: entity.id, ipAddress: address('2001:db8:1:0:f816:3eff:fe11:2233') }];
  assert.deepEqual(changes, [
    insertRow(subnetTable, entity),
    revised,
    updateRow(portTable, { ...guest, fixedIps, revision: 2, updatedAt: now }),
  ]);
  assert.deepEqual(dirty, [
    { kind: 'subnet', id: entity.id },
    { kind: 'network', id: entity.networkId },
    { kind: 'port', id: guest.id },
    { kind: 'router', id: 'r1' },
  ]);
});

test('takes no addresses for a stateful subnet until somebody asks', () => {
  const world = { ...empty, ports: [aPort()] };
  const { entity, changes } = succeed(decideCreate(aSubnetInput(stateful), world, aContext()));
  assert.deepEqual(changes, [insertRow(subnetTable, entity), revised]);
});

test('refuses a prefix that overlaps another of the network, and one of the other family', () => {
  const sibling = aSubnet({ cidr: prefix('2001:db8::/32') });
  assert.equal(problemOf(decideCreate(aSubnetInput(), { ...empty, siblings: [sibling] }, aContext())), 'invalid-input');
  const mixed = aSubnetInput({ cidr: prefix('192.0.2.0/24') });
  assert.equal(problemOf(decideCreate(mixed, empty, aContext())), 'invalid-input');
});

test('wants 64 bits for addresses that follow from a MAC, and room for a host under DHCP', () => {
  const decide = (cidr: string, modes: object) =>
    problemOf(decideCreate(aSubnetInput({ ...modes, cidr: prefix(cidr) }), empty, aContext()));
  assert.equal(decide('2001:db8::/63', auto), 'invalid-input');
  assert.equal(decide('2001:db8::/126', stateful), undefined);
  assert.equal(decide('2001:db8::/127', stateful), 'invalid-input');
  assert.equal(decide('2001:db8::/127', { enableDhcp: false }), undefined);
  assert.equal(decide('2001:db8::/64', { ipv6RaMode: 'slaac', ipv6AddressMode: 'dhcpv6-stateful' }), 'invalid-input');
  assert.equal(decide('2001:db8::/64', { ...auto, enableDhcp: false }), 'invalid-input');
});

test('wants an MTU that its IP version can work with', () => {
  const on = (mtuBytes: number, subnet: object) =>
    problemOf(decideCreate(aSubnetInput(subnet), { ...empty, network: aNetwork({ mtuBytes }) }, aContext()));
  const ipv4 = { ipVersion: 4, cidr: prefix('192.0.2.0/24') } as const;
  assert.deepEqual(
    [on(1279, {}), on(1280, {}), on(67, ipv4), on(68, ipv4)],
    ['mtu-too-small', undefined, 'mtu-too-small', undefined],
  );
});

test('refuses prefixes without hosts, and gateways that no host can be', () => {
  const decide = (given: object) =>
    problemOf(decideCreate(aSubnetInput({ enableDhcp: false, ...given }), empty, aContext()));
  for (const cidr of ['::/64', '::/3', '::1/128', 'fe80::/64', 'fe80::/10', 'fe00::/8', '::ffff:0:0/96'])
    assert.equal(decide({ cidr: prefix(cidr) }), 'invalid-input', cidr);
  for (const cidr of ['127.0.0.0/24', '0.0.0.0/24', '0.0.0.0/7'])
    assert.equal(decide({ ipVersion: 4, cidr: prefix(cidr) }), 'invalid-input', cidr);
  for (const cidr of ['2000::/3', 'fc00::/7', '64:ff9b::/96'])
    assert.equal(decide({ cidr: prefix(cidr) }), undefined, cidr);
  for (const gateway of ['ff02::1', '::', '::1'])
    assert.equal(decide({ gatewayIp: address(gateway) }), 'invalid-input', gateway);
  for (const gateway of ['224.0.0.1', '0.0.0.0', '127.0.0.1', '255.255.255.255']) {
    const given = { ipVersion: 4, cidr: prefix('192.0.2.0/24'), gatewayIp: address(gateway) } as const;
    assert.equal(decide(given), 'invalid-input', gateway);
    assert.equal(problemOf(decideUpdate(aSubnet(given), given, empty, aContext())), 'invalid-input', gateway);
  }
});

test('gives a new auto-address subnet with service types to the ports of those owners', () => {
  const [nova, other] = [aPort({ deviceOwner: 'compute:nova' }), aPort()];
  const input = aSubnetInput({ ...auto, serviceTypes: ['compute:nova'] });
  const { dirty } = succeed(decideCreate(input, { ...empty, ports: [nova, other] }, aContext()));
  assert.deepEqual(
    dirty.filter(({ kind }) => kind === 'port'),
    [{ kind: 'port', id: nova.id }],
  );
});

test('chooses the gateway: the prefix itself, what was asked for, or none', () => {
  const gatewayOf = (gatewayIp: Parameters<typeof aSubnetInput>[0]) => {
    const { entity } = succeed(decideCreate(aSubnetInput(gatewayIp), empty, aContext()));
    return entity.gatewayIp && formatAddress(entity.gatewayIp);
  };
  assert.equal(gatewayOf({}), '2001:db8:1::');
  assert.equal(gatewayOf({ gatewayIp: address('fe80::1') }), 'fe80::1');
  assert.equal(gatewayOf({ gatewayIp: 'none' }), undefined);
  assert.equal(gatewayOf({ ipVersion: 4, cidr: prefix('192.0.2.0/24') }), '192.0.2.1');
});

test('keeps the gateway while a router has it', () => {
  const subnet = aSubnet(stateful);
  const fixedIps = [{ subnetId: subnet.id, ipAddress: address('2001:db8:1::') }];
  const router = aPort({ deviceOwner: 'network:router_interface', deviceId: 'r1', fixedIps });
  const change = { gatewayIp: address('fe80::1') };
  assert.equal(
    problemOf(decideUpdate(subnet, change, { ...empty, routerPorts: [router] }, aContext())),
    'gateway-in-use',
  );
  assert.equal(problemOf(decideUpdate(subnet, change, empty, aContext())), undefined);
  const renamed = succeed(decideUpdate(subnet, { name: 'other' }, { ...empty, routerPorts: [router] }, aContext()));
  assert.deepEqual(renamed.entity, { ...subnet, name: 'other', revision: 2, updatedAt: now });
  assert.deepEqual(renamed.changes, [updateRow(subnetTable, renamed.entity), revised]);
});

test('has the network, not each of its ports, looked at again for what all of them are told', () => {
  const subnet = aSubnet(stateful);
  const routerPorts = [aPort({ deviceOwner: 'network:router_interface', deviceId: 'r1' })];
  const change = { dnsNameservers: [address('2001:db8::53')] };
  assert.deepEqual(succeed(decideUpdate(subnet, change, { ...empty, routerPorts }, aContext())).dirty, [
    { kind: 'subnet', id: subnet.id },
    { kind: 'network', id: subnet.networkId },
    { kind: 'router', id: 'r1' },
  ]);
});

test('takes addresses that followed from a MAC away with the subnet', () => {
  const subnet = aSubnet(auto);
  const own = { subnetId: subnet.id, ipAddress: address('2001:db8:1::5') };
  const other = { subnetId: aSubnet().id, ipAddress: address('2001:db8:2::5') };
  const guest = aPort({ fixedIps: [own, other] });
  const { changes, dirty } = succeed(decideDelete(subnet, { ...empty, users: [guest] }, aContext()));
  assert.deepEqual(changes, [
    updateRow(portTable, { ...guest, fixedIps: [other], revision: 2, updatedAt: now }),
    deleteRow(subnetTable, subnet.id),
    revised,
  ]);
  assert.deepEqual(dirty, [
    { kind: 'subnet', id: subnet.id },
    { kind: 'network', id: subnet.networkId },
    { kind: 'port', id: guest.id },
  ]);
});

test('holds a subnet while a port needs an address of it', () => {
  const holders = [aPort(), aPort()];
  const decided = decideDelete(aSubnet(), { ...empty, holders }, aContext());
  assert.equal(problemOf(decided), 'in-use');
});
