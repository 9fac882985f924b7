import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteRow, insertRow } from '../../kit/index.ts';
import { networkPortKeys } from '../port/part-keys.ts';
import { portTable } from '../port/port.ts';
import { defaultSettings } from '../settings.ts';
import { subnetTable } from '../subnet/subnet.ts';
import {
  aContext,
  aNetwork,
  aNetworkInput,
  aPort,
  aSubnet,
  blue,
  now,
  problemOf,
  succeed,
} from '../testing/builders.ts';
import { networkTable } from './network.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { segmentSpaceOf } from './segment-space.ts';

const space = segmentSpaceOf([], blue, defaultSettings);
const seven = { networkType: 'geneve', physicalNetwork: undefined, segmentationId: 7, tunnelKey: 7 } as const;

test('gives a new network the largest MTU of the underlay and its own segment', () => {
  const context = aContext();
  const { entity, changes, dirty } = succeed(decideCreate(aNetworkInput(), { space, segment: seven }, context));
  assert.equal(entity.mtuBytes, 1442);
  assert.equal(entity.segmentationId, 7);
  assert.deepEqual(changes, [insertRow(networkTable, entity)]);
  assert.deepEqual(dirty, [{ kind: 'network', id: entity.id }]);
});

test('refuses an MTU that the underlay does not carry', () => {
  const decided = decideCreate(aNetworkInput({ mtuBytes: 1443 }), { space, segment: seven }, aContext());
  assert.equal(problemOf(decided), 'invalid-input');
});

test('refuses a network when every segment is in use', () => {
  const decided = decideCreate(aNetworkInput(), { space, segment: undefined }, aContext());
  assert.equal(problemOf(decided), 'no-network-available');
});

test('makes dirty what has the MTU or the administrative state in NB, and for a name the network alone', () => {
  const network = aNetwork();
  const routerPort = aPort({ deviceOwner: 'network:router_interface', deviceId: 'r1' });
  const world = { routerPorts: [routerPort], families: [], isUsedByOthers: false, policies: [] };
  const renamed = succeed(decideUpdate(network, { name: 'other' }, world, aContext()));
  assert.deepEqual(renamed.dirty, [{ kind: 'network', id: network.id }]);
  assert.deepEqual(renamed.entity, { ...network, name: 'other', revision: 2, updatedAt: now });
  const smaller = succeed(decideUpdate(network, { mtuBytes: 1280 }, world, aContext()));
  assert.deepEqual(smaller.dirty, [
    { kind: 'network', id: network.id },
    { kind: 'router', id: 'r1' },
  ]);
  const down = succeed(decideUpdate(network, { adminStateUp: false }, world, aContext()));
  assert.deepEqual(down.dirty, [{ kind: 'network', id: network.id }, ...networkPortKeys(network.id)]);
  assert.equal(down.dirty.length, 17);
});

test('keeps the MTU that its subnets need: 1280 for IPv6, 68 for IPv4', () => {
  const world = { routerPorts: [], isUsedByOthers: false, policies: [] };
  const shrink = (mtuBytes: number, ...families: readonly (4 | 6)[]) =>
    problemOf(decideUpdate(aNetwork(), { mtuBytes }, { ...world, families }, aContext()));
  assert.deepEqual(
    [shrink(1279, 4, 6), shrink(1280, 4, 6), shrink(67, 4), shrink(68, 4), shrink(67)],
    ['mtu-too-small', undefined, 'mtu-too-small', undefined, undefined],
  );
});

test('keeps a network shared while another project has a port there', () => {
  const network = aNetwork({ shared: true });
  const stopSharing = (isUsedByOthers: boolean) =>
    problemOf(
      decideUpdate(
        network,
        { shared: false },
        { routerPorts: [], families: [], isUsedByOthers, policies: [] },
        aContext(),
      ),
    );
  assert.equal(stopSharing(true), 'invalid-shared-setting');
  assert.equal(stopSharing(false), undefined);
});

test('deletes a network with its subnets and the ports of DHCP, unless another port is there', () => {
  const [network, subnet, dhcp] = [aNetwork(), aSubnet(), aPort({ deviceOwner: 'network:dhcp' })];
  const world = { ports: [], autoDeletedPorts: [dhcp], subnets: [subnet], releases: [], policies: [] };
  assert.equal(problemOf(decideDelete(network, { ...world, ports: [aPort()] })), 'in-use');
  const { changes, dirty } = succeed(decideDelete(network, world));
  assert.deepEqual(changes, [
    deleteRow(portTable, dhcp.id),
    deleteRow(subnetTable, subnet.id),
    deleteRow(networkTable, network.id),
  ]);
  assert.deepEqual(dirty, [
    { kind: 'network', id: network.id },
    { kind: 'port', id: dhcp.id },
    { kind: 'subnet', id: subnet.id },
  ]);
});
