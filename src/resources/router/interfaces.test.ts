import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badRequest, deleteRow, type ProjectId, type RuleContext, updateRow } from '../../kit/index.ts';
import { writtenTo } from '../../kit/testing/written-to.ts';
import type { PortId, SubnetId } from '../ids.ts';
import { type Port, portTable } from '../port/port.ts';
import type { Subnet } from '../subnet/subnet.ts';
import {
  aContext,
  address,
  aNetwork,
  aPort,
  aPortWorld,
  aRouter,
  aSubnet,
  blue,
  now,
  prefix,
  problemOf,
  succeed,
} from '../testing/builders.ts';
import { decideAddInterface, decideRemoveInterface } from './interfaces.ts';
import { routerTable } from './router.ts';
import type { InterfaceWorld } from './world.ts';

const network = aNetwork();
const router = aRouter();
const first = aSubnet({ networkId: network.id });
const second = aSubnet({
  networkId: network.id,
  cidr: prefix('2001:db8:2::/64'),
  gatewayIp: address('2001:db8:2::'),
});
const ipv4 = aSubnet({
  networkId: network.id,
  ipVersion: 4,
  cidr: prefix('192.0.2.0/24'),
  gatewayIp: address('192.0.2.1'),
  ipv6RaMode: undefined,
  ipv6AddressMode: undefined,
});

function aWorld(
  subnet: Subnet | undefined,
  ports: readonly Port[] = [],
  subnets: readonly Subnet[] = [],
): InterfaceWorld {
  const creation = subnet && aPortWorld([subnet], { network });
  return { ports, subnets, subnet, port: undefined, portSubnets: [], creation };
}

function routerPort(...on: readonly Subnet[]): Port {
  const fixedIps = on.map((subnet) => ({ subnetId: subnet.id, ipAddress: subnet.cidr.address }));
  return aPort({ networkId: network.id, deviceOwner: 'network:router_interface', deviceId: router.id, fixedIps });
}

function add(
  world: InterfaceWorld,
  request: { subnetId?: SubnetId; portId?: PortId },
  caller: Partial<RuleContext['caller']> = {},
) {
  return decideAddInterface(
    router,
    request,
    world,
    aContext({ caller: { projectId: blue, isAdmin: false, ...caller } }),
  );
}

test('makes a port with the gateway’s address for the first subnet of a network', () => {
  const { changes, dirty } = succeed(add(aWorld(first), { subnetId: first.id }));
  const [change, ...others] = changes;
  const written = change && writtenTo(portTable, change);
  assert.ok(change?.kind === 'insert' && written);
  const revised = { ...router, revision: 2, updatedAt: now };
  assert.deepEqual(others, [updateRow(routerTable, revised)]);
  assert.deepEqual(written.fixedIps, [{ subnetId: first.id, ipAddress: address('2001:db8:1::') }]);
  assert.equal(written.deviceId, router.id);
  assert.deepEqual(dirty, [
    { kind: 'port', id: written.id },
    { kind: 'router', id: router.id },
    { kind: 'network', id: network.id },
  ]);
});

test('puts the second IPv6 subnet of a network on the same port, and an IPv4 subnet on its own', () => {
  const port = routerPort(first);
  const [change] = succeed(add(aWorld(second, [port], [first]), { subnetId: second.id })).changes;
  const written = change && writtenTo(portTable, change);
  assert.ok(change?.kind === 'update' && written);
  assert.equal(written.id, port.id);
  assert.deepEqual(
    written.fixedIps.map(({ subnetId }) => subnetId),
    [first.id, second.id],
  );
  const [other] = succeed(add(aWorld(ipv4, [port], [first]), { subnetId: ipv4.id })).changes;
  assert.equal(other?.kind, 'insert');
});

test('refuses a subnet that has no gateway, is advertised by others, overlaps, or is there already', () => {
  const refuse = (subnet: Subnet, ports: readonly Port[] = [], subnets: readonly Subnet[] = []) =>
    problemOf(add(aWorld(subnet, ports, subnets), { subnetId: subnet.id }));
  assert.equal(refuse(aSubnet({ gatewayIp: undefined })), 'bad-request');
  assert.equal(refuse(aSubnet({ ipv6RaMode: undefined })), 'bad-request');
  assert.equal(refuse(aSubnet(), [routerPort(first)], [first]), 'bad-request');
  assert.equal(refuse(first, [routerPort(first)], [first]), 'bad-request');
  assert.equal(problemOf(add(aWorld(undefined), { subnetId: first.id })), 'not-found');
  assert.equal(problemOf(add(aWorld(first), { subnetId: first.id, portId: aPort().id })), 'bad-request');
});

test('gives the gateway of a subnet to its owner’s routers and the administrator’s only', () => {
  const red = 'red' as ProjectId;
  const refused = add(aWorld(first), { subnetId: first.id }, { projectId: red });
  assert.deepEqual(
    refused.ok ? undefined : refused.error,
    badRequest({
      resource: 'router',
      reason: `Cannot add interface to router because subnet ${first.id} is not owned by project making the request`,
    }),
  );
  assert.equal(problemOf(add(aWorld(first), { subnetId: first.id }, { projectId: red, isAdmin: true })), undefined);
});

test('takes a port on another project’s subnet with an address of its pools only', () => {
  const onSubnet = (text: string) => {
    const port = aPort({ networkId: network.id, fixedIps: [{ subnetId: first.id, ipAddress: address(text) }] });
    const world = { ...aWorld(undefined), port, portSubnets: [first] };
    return (caller: Partial<RuleContext['caller']>) => problemOf(add(world, { portId: port.id }, caller));
  };
  const red = { projectId: 'red' as ProjectId };
  assert.equal(onSubnet('2001:db8:1::')(red), 'bad-request');
  assert.equal(onSubnet('2001:db8:1::5')(red), undefined);
  assert.equal(onSubnet('2001:db8:1::')({}), undefined);
  assert.equal(onSubnet('2001:db8:1::')({ ...red, isAdmin: true }), undefined);
});

test('takes a port that nobody uses, and no second one with IPv6 on the same network', () => {
  const fixedIps = [{ subnetId: second.id, ipAddress: address('2001:db8:2::1') }];
  const port = aPort({ networkId: network.id, fixedIps });
  const world = { ...aWorld(undefined), port, portSubnets: [second] };
  const [change] = succeed(add(world, { portId: port.id })).changes;
  const written = change && writtenTo(portTable, change);
  assert.ok(change?.kind === 'update' && written);
  assert.equal(written.deviceOwner, 'network:router_interface');
  const meant = { ...world, port: aPort({ ...port, deviceOwner: 'network:router_interface' }) };
  assert.equal(problemOf(add(meant, { portId: port.id })), undefined);
  const crowded = { ...world, ports: [routerPort(first)], subnets: [first] };
  assert.equal(problemOf(add(crowded, { portId: port.id })), 'bad-request');
  const used = { ...world, port: aPort({ ...port, deviceId: 'vm' }) };
  assert.equal(problemOf(add(used, { portId: port.id })), 'in-use');
});

test('takes one subnet off a shared port, and the port with the last one', () => {
  const port = routerPort(first, second);
  const remove = (world: InterfaceWorld, request: { subnetId?: SubnetId; portId?: PortId }) =>
    decideRemoveInterface(router, request, world, aContext());
  const world = aWorld(first, [port], [first, second]);
  const [change] = succeed(remove(world, { subnetId: first.id })).changes;
  const written = change && writtenTo(portTable, change);
  assert.ok(change?.kind === 'update' && written);
  assert.deepEqual(
    written.fixedIps.map(({ subnetId }) => subnetId),
    [second.id],
  );
  const last = routerPort(first);
  const gone = succeed(remove(aWorld(first, [last], [first]), { subnetId: first.id }));
  assert.deepEqual(gone.changes, [
    deleteRow(portTable, last.id),
    updateRow(routerTable, { ...router, revision: 2, updatedAt: now }),
  ]);
  assert.deepEqual(gone.dirty, [
    { kind: 'port', id: last.id },
    { kind: 'router', id: router.id },
    { kind: 'network', id: network.id },
  ]);
  assert.equal(
    problemOf(remove(aWorld(second, [last], [first]), { subnetId: second.id })),
    'router-interface-not-on-subnet',
  );
  assert.equal(problemOf(remove(world, { portId: last.id })), 'router-interface-not-found');
  const mismatch = { portId: last.id, subnetId: second.id };
  assert.equal(problemOf(remove(aWorld(second, [last], [first]), mismatch)), 'subnet-mismatch-for-port');
});

test('keeps an interface that a route needs', () => {
  const route = { destination: prefix('2001:db8:ff::/48'), nexthop: address('2001:db8:1::9') };
  const routed = aRouter({ id: router.id, routes: [route] });
  const world = aWorld(first, [routerPort(first)], [first]);
  const decided = decideRemoveInterface(routed, { subnetId: first.id }, world, aContext());
  assert.equal(problemOf(decided), 'router-interface-used-by-route');
});
