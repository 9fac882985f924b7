import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { type Key, updateRow } from '../kit/index.ts';
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

/** The ports that an agent was told this MTU of, in order. */
function toldOf(agent: TestAgent, mtuBytes: number): readonly string[] {
  return agent.heard.flatMap((message) =>
    message.kind === 'intent' && message.intent.mtuBytes === mtuBytes ? [message.intent.portId] : [],
  );
}

test('the key of a network has all its plugged ports told, on every host, and no others', () =>
  withPlace(async (place) => {
    const [network, other] = [aNetwork(), aNetwork()];
    const [one, two, three, idle] = ['h1', 'h1', 'h2', 'h2'].map((host) => aPortOn(network, host));
    const foreign = aPortOn(other, 'h1');
    assert.ok(one && two && three && idle);
    await place.commit([...insert(network, one, two, three, idle), ...insert(other, foreign)]);
    const [first, second] = [await place.connect('h1'), await place.connect('h2')];
    first.plug(one.id, two.id, foreign.id);
    second.plug(three.id);
    await Promise.all([first.synced(), second.synced()]);
    await setMtu(place, network, 1300);
    await Promise.all([first.synced(2), second.synced(2)]);
    assert.deepEqual([...toldOf(first, 1300)].sort(), [one.id, two.id].sort());
    assert.deepEqual(toldOf(second, 1300), [three.id]);
    assert.equal(first.verdicts.length, 5, 'the port of the other network was told once');
  }));

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
    assert.deepEqual(toldOf(agent, 1300), [port.id]);
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
    const moved = { ...port, revision: 2, binding: { ...port.binding, hostId: 'h2' } };
    await place.commit([updateRow(portTable, moved)], [keyOf(port)]);
    await Promise.all([one.synced(2), two.synced(2)]);
    one.say({ kind: 'unplugged', portIds: [port.id] });
    await waitFor('unplugged', () => place.feed.progress().pluggedPorts === 1);
    await setMtu(place, network, 1300);
    await two.synced(3);
    assert.deepEqual([toldOf(one, 1300), toldOf(two, 1300)], [[], [port.id]]);
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
  assert.deepEqual(plugged.on([networkId, networkId], 2), [portId]);
  plugged.delete(portId, two);
  assert.deepEqual([plugged.on([networkId], 3), [...plugged.of(portId)]], [[], []]);
  plugged.add(portId, one);
  assert.equal(plugged.place(portId, networkId, 2), false, 'read before a change that was looked up without it');
  assert.equal(plugged.place(portId, networkId, 2), true, 'known by now');
});
