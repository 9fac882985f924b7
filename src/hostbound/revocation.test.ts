import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { formatAddress, hostPrefix, parseMac } from '../ip/index.ts';
import { type Change, insertRow, updateRow } from '../kit/index.ts';
import { networkTable, type Port, portTable, type Subnet, subnetTable } from '../resources/index.ts';
import { address, aNetwork, aPort, aSubnet } from '../store/testing/builders.ts';
import { type Place, withPlace } from './testing/place.ts';
import type { TestAgent } from './testing/test-agent.ts';

/** A guest on h1 that was granted two addresses, and what is declared around it. */
interface Scene {
  readonly place: Place;
  readonly agent: TestAgent;
  readonly port: Port;
  readonly subnet: Subnet;
  bound(): readonly string[] | undefined;
  /** Keys that were left since the last call. */
  keys(): Promise<ReadonlySet<string>>;
}

const [mine, linkLocal] = ['2001:db8:1::b', 'fe80::b'];
const mac = parseMac('fa:16:3e:00:aa:01');

async function withGuest(body: (scene: Scene) => Promise<void>): Promise<void> {
  await withPlace(async (place) => {
    const network = aNetwork();
    const subnet = aSubnet({ networkId: network.id });
    const port = aPort({ networkId: network.id, hostId: 'h1' });
    await place.commit([insertRow(subnetTable, subnet), insertRow(portTable, port), ...insertNetwork(network)]);
    const agent = await place.connect('h1');
    agent.plug(port.id);
    await agent.synced();
    const bound = () => agent.lastIntent()?.boundAddresses.map(formatAddress);
    agent.say({ kind: 'claim', claims: [mine, linkLocal].map((its) => ({ portId: port.id, address: its })) });
    await waitFor('the grants', () => bound()?.length === 2);
    const { outbox } = place.store;
    const keys = async () => {
      const dirty = await outbox.takeDirty();
      await outbox.acknowledge(dirty);
      return new Set(dirty.map(({ kind, id }) => `${kind} ${id}`));
    };
    await keys();
    await body({ place, agent, port, subnet, bound, keys });
  });
}

function insertNetwork(network: ReturnType<typeof aNetwork>): readonly Change[] {
  return [insertRow(networkTable, network)];
}

const displacing: readonly (readonly [string, (scene: Scene) => Change])[] = [
  [
    'a fixed address of another port',
    ({ port, subnet }) => {
      const fixedIps = [{ subnetId: subnet.id, ipAddress: address(mine) }];
      return insertRow(portTable, aPort({ networkId: port.networkId, fixedIps }));
    },
  ],
  [
    'a pair of another port that names it alone',
    ({ port }) => {
      assert.ok(mac);
      const allowedAddressPairs = [{ ipAddress: hostPrefix(address(mine)), macAddress: mac }];
      return insertRow(portTable, aPort({ networkId: port.networkId, allowedAddressPairs }));
    },
  ],
  [
    'the gateway of a subnet',
    ({ subnet }) => updateRow(subnetTable, { ...subnet, revision: 2, gatewayIp: address(mine) }),
  ],
];

for (const [what, changeOf] of displacing)
  test(`an address that becomes ${what} is taken from who was granted it, at once, and from no other`, () =>
    withGuest(async (scene) => {
      const { place, agent, port, bound, keys } = scene;
      await place.commit([changeOf(scene)]);
      await waitFor('the host to hear of it', () => bound()?.length === 1);
      assert.deepEqual(bound(), [linkLocal]);
      assert.deepEqual(await keys(), new Set([`port ${port.id}`]));
      agent.say({ kind: 'claim', claims: [{ portId: port.id, address: mine }] });
      await waitFor('the refusal', () => agent.heard.some(({ kind }) => kind === 'refused'));
    }));

const unanchoring: readonly (readonly [string, Partial<Port>])[] = [
  ['another MAC', mac ? { macAddress: mac } : {}],
  ['no port security any more', { portSecurityEnabled: false }],
];

for (const [what, changes] of unanchoring)
  test(`a port with ${what} is bound to nothing`, () =>
    withGuest(async ({ place, port, bound }) => {
      const changed = { ...port, revision: 2, ...changes };
      await place.commit([updateRow(portTable, changed)], [{ kind: 'port', id: port.id }]);
      await waitFor('the host to hear of it', () => bound()?.length === 0);
      assert.deepEqual(await place.store.reader.observed.bindings.of([port.id]), []);
    }));

test('other changes of ports and subnets leave bindings as they are', () =>
  withGuest(async ({ place, port, subnet }) => {
    const elsewhere = aNetwork();
    await place.commit([
      updateRow(portTable, { ...port, revision: 2, name: 'renamed' }),
      updateRow(subnetTable, { ...subnet, revision: 2, name: 'renamed' }),
      ...insertNetwork(elsewhere),
      insertRow(subnetTable, aSubnet({ networkId: elsewhere.id, gatewayIp: address(mine) })),
    ]);
    assert.equal((await place.store.reader.observed.bindings.of([port.id])).length, 2);
  }));
