import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { closeCodes } from '../feed/index.ts';
import { insertRow, type Key, updateRow } from '../kit/index.ts';
import { type Network, networkTable, type PortId, portTable } from '../resources/index.ts';
import type { Store } from '../store/index.ts';
import { aNetwork } from '../store/testing/builders.ts';
import { PluggedPorts } from './plugged-ports.ts';
import { aPortOn, insert, keyOf, type Place, withPlace } from './testing/place.ts';
import type { TestAgent } from './testing/test-agent.ts';

const keysOf = ({ id }: Network): readonly Key[] => [{ kind: 'network', id }];

async function setMtu({ commit }: Pick<Place, 'commit'>, network: Network, mtuBytes: number): Promise<void> {
  const entity = { ...network, revision: network.revision + 1, mtuBytes };
  await commit([updateRow(networkTable, entity)], keysOf(network));
}

/** The networks that an agent was told this MTU of, in order. */
function toldOf(agent: TestAgent, mtuBytes: number): readonly string[] {
  return agent.networks.filter((network) => network.mtuBytes === mtuBytes).map(({ networkId }) => networkId);
}

test('a changed network is told to each host that has ports of it, once, and with none of the ports', () =>
  withPlace(async (place) => {
    const [network, other] = [aNetwork(), aNetwork()];
    const ports = Array.from({ length: 300 }, () => aPortOn(network, 'h1'));
    const [three, idle, foreign] = [aPortOn(network, 'h2'), aPortOn(network, 'h2'), aPortOn(other, 'h1')];
    await place.commit([...insert(network, ...ports, three, idle), ...insert(other, foreign)]);
    const [first, second, third] = [await place.connect('h1'), await place.connect('h2'), await place.connect('h3')];
    first.plug(...ports.map(({ id }) => id), foreign.id);
    second.plug(three.id);
    third.plug();
    await Promise.all([first, second, third].map((agent) => agent.synced()));
    assert.deepEqual(first.networks.map(({ networkId }) => networkId).sort(), [network.id, other.id].sort());
    await setMtu(place, network, 1300);
    await Promise.all([first.synced(2), second.synced(2)]);
    for (const agent of [first, second]) {
      const news = agent.heard.slice(agent.heard.findIndex(({ kind }) => kind === 'synced') + 1);
      const kinds = news.map(({ kind }) => kind).filter((kind) => kind !== 'heartbeat');
      assert.deepEqual([kinds, toldOf(agent, 1300)], [['network', 'synced'], [network.id]]);
    }
    assert.deepEqual(toldOf(third, 1300), []);
  }));

test('a port that comes with a change of its network is told after the change, and the network once', () =>
  withPlace(async (place) => {
    const network = aNetwork();
    const [port, next] = [aPortOn(network, 'h1'), aPortOn(network, 'h1')];
    await place.commit(insert(network, port));
    const agent = await place.connect('h1');
    agent.plug(port.id, next.id);
    await agent.synced();
    const changed = { ...network, revision: 2, mtuBytes: 1300 };
    await place.commit(
      [updateRow(networkTable, changed), insertRow(portTable, next)],
      [keyOf(next), ...keysOf(network)],
    );
    await agent.synced(2);
    const kinds = agent.heard.slice(-3).map(({ kind }) => kind);
    assert.deepEqual([kinds, toldOf(agent, 1300)], [['network', 'intent', 'synced'], [network.id]]);
  }));

test('a network is withdrawn from a host with the last of its ports there, and told again with the next', () =>
  withPlace(async (place) => {
    const network = aNetwork();
    const [one, two] = [aPortOn(network, 'h1'), aPortOn(network, 'h1')];
    await place.commit(insert(network, one, two));
    const agent = await place.connect('h1');
    const withdrawals = () => agent.heard.filter(({ kind }) => kind === 'withdraw-network').length;
    agent.plug(one.id, two.id);
    await agent.synced();
    agent.say({ kind: 'unplugged', portIds: [one.id] });
    const moved = { ...two, revision: 2, hostId: 'h2' };
    await place.commit([updateRow(portTable, moved)], [keyOf(two)]);
    await waitFor('the withdrawal', () => withdrawals() === 1);
    await setMtu(place, network, 1300);
    agent.plug(one.id);
    await waitFor('the network and its port', () => agent.verdicts.length === 4);
    assert.deepEqual([toldOf(agent, 1300), agent.verdicts.at(-1)], [[network.id], `intent ${one.id}`]);
    agent.say({ kind: 'unplugged', portIds: [one.id, two.id] });
    await waitFor('the second withdrawal', () => withdrawals() === 2);
  }));

for (const version of [1, 4]) {
  test(`an agent of version ${version} of the feed is refused, and told which one is spoken`, () =>
    withPlace(async ({ connect, warnings }) => {
      const agent = await connect('h1', { version });
      await waitFor('the session to end', () => agent.closedWith === closeCodes.unsupportedVersion);
      assert.deepEqual([agent.closedBecause, warnings], ['this is version 3', []]);
    }));
}

test('a port that is unplugged, and plugged again after its network changed, is told of the change', () =>
  withPlace(async (place) => {
    const network = aNetwork();
    const port = aPortOn(network, 'h1');
    await place.commit(insert(network, port));
    const agent = await place.connect('h1');
    agent.plug(port.id);
    await agent.synced();
    agent.say({ kind: 'unplugged', portIds: [port.id] });
    await waitFor('unplugged', () => place.feed.progress().pluggedPorts === 0);
    await setMtu(place, network, 1300);
    agent.plug(port.id);
    await agent.synced(2);
    assert.deepEqual(toldOf(agent, 1300), [network.id]);
  }));

test('a port that moves to another host is told there of what its network changes to afterwards', () =>
  withPlace(async (place) => {
    const network = aNetwork();
    const port = aPortOn(network, 'h1');
    await place.commit(insert(network, port));
    const [one, two] = [await place.connect('h1'), await place.connect('h2')];
    one.plug(port.id);
    two.plug(port.id);
    await Promise.all([one.synced(), two.synced()]);
    const moved = { ...port, revision: 2, hostId: 'h2' };
    await place.commit([updateRow(portTable, moved)], [keyOf(port)]);
    await Promise.all([one.synced(2), two.synced(2)]);
    one.say({ kind: 'unplugged', portIds: [port.id] });
    await waitFor('unplugged', () => place.feed.progress().pluggedPorts === 1);
    await setMtu(place, network, 1300);
    await two.synced(3);
    assert.deepEqual([toldOf(one, 1300), toldOf(two, 1300)], [[], [network.id]]);
  }));

/** Runs something once after the next snapshot was read, and before it is made use of. */
class Interruption {
  run: (() => Promise<void>) | undefined;
  /** Up to here the feed has followed the changes. */
  followed = 0;

  readonly watch = (store: Store): Store => ({
    ...store,
    snapshot: async (read) => {
      const result = await store.snapshot(read);
      const { run } = this;
      this.run = undefined;
      await run?.();
      return result;
    },
    outbox: {
      ...store.outbox,
      changesSince: async (revision) => {
        const changes = await store.outbox.changesSince(revision);
        setImmediate(() => {
          this.followed = changes?.revision ?? this.followed;
        });
        return changes;
      },
    },
  });
}

test('a network that changes while its port is read for the first time is told as it is, on both hosts of the port', async () => {
  const interruption = new Interruption();
  await withPlace(
    async (place) => {
      const network = aNetwork();
      const port = aPortOn(network, '');
      await place.commit(insert(network, port));
      const agents = [await place.connect('h1'), await place.connect('h2')];
      await waitFor('both hosts', () => place.feed.progress().hosts.length === 2);
      interruption.run = async () => {
        await waitFor('both to be plugged', () => place.feed.progress().pluggedPorts === 2);
        const before = interruption.followed;
        await setMtu(place, network, 1300);
        await waitFor('the feed to follow', () => interruption.followed > before);
      };
      for (const agent of agents) agent.plug(port.id);
      for (const agent of agents) await waitFor('the new MTU', () => toldOf(agent, 1300).length === 1);
    },
    { watch: interruption.watch },
  );
});

test('keeps of ports that nobody has plugged any more nothing', () => {
  const plugged = new PluggedPorts<object>();
  const { id: networkId } = aNetwork();
  const portId = crypto.randomUUID() as PortId;
  const [one, two] = [{}, {}];
  plugged.add(portId, one);
  plugged.add(portId, two);
  assert.ok(plugged.place(portId, networkId, 1));
  plugged.delete(portId, one);
  assert.deepEqual(plugged.on([networkId, networkId], 2), new Map([[networkId, new Set([portId])]]));
  plugged.delete(portId, two);
  assert.deepEqual([plugged.on([networkId], 3), [...plugged.of(portId)]], [new Map([[networkId, new Set()]]), []]);
  plugged.add(portId, one);
  assert.equal(plugged.place(portId, networkId, 2), false, 'read before a change that was looked up without it');
  assert.equal(plugged.place(portId, networkId, 2), true, 'known by now');
});

test('hosts are told whether a guest without port security is on a network, as long as there is one', () =>
  withPlace(async (place) => {
    const network = aNetwork();
    const [port, other] = [aPortOn(network, 'h1'), aPortOn(network, 'h2')];
    await place.commit(insert(network, port, other));
    const agent = await place.connect('h1');
    agent.plug(port.id);
    await agent.synced();
    const set = async (portSecurityEnabled: boolean, revision: number) =>
      await place.commit([updateRow(portTable, { ...other, portSecurityEnabled, revision })], keysOf(network));
    await set(false, 2);
    await agent.synced(2);
    await set(true, 3);
    await agent.synced(3);
    assert.deepEqual(
      agent.networks.map(({ openPorts }) => openPorts),
      [false, true, false],
    );
  }));
