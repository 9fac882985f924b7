import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { formatAddress } from '../ip/index.ts';
import type { Port } from '../resources/index.ts';
import { aNetwork } from '../store/testing/builders.ts';
import { aPortOn, insert, type Place, withPlace } from './testing/place.ts';
import type { TestAgent } from './testing/test-agent.ts';

/** Hosts with a port each on one network, plugged and told of. */
async function hosts(place: Place, names: readonly string[]) {
  const network = aNetwork();
  const ports = names.map((name) => aPortOn(network, name));
  await place.commit(insert(network, ...ports));
  const agents = await Promise.all(names.map((name) => place.connect(name)));
  const pairs = agents.map((agent, index) => ({ agent, port: ports[index] ?? aPortOn(network, '') }));
  for (const { agent, port } of pairs) agent.plug(port.id);
  await Promise.all(agents.map((agent) => agent.synced()));
  return pairs;
}

function claim(agent: TestAgent, { id }: Port, ...addresses: readonly string[]): void {
  agent.say({ kind: 'claim', claims: addresses.map((address) => ({ portId: id, address })) });
}

const boundIn = (agent: TestAgent) => agent.lastIntent()?.boundAddresses.map(formatAddress);
const intents = (agent: TestAgent) => agent.heard.filter(({ kind }) => kind === 'intent').length;
const refusals = (agent: TestAgent) =>
  agent.heard.flatMap((message) =>
    message.kind === 'refused' ? message.refusals.map(({ address, reason }) => `${address} ${reason}`) : [],
  );

test('answers a claim by the port’s intent, or says why it is refused', () =>
  withPlace(async (place) => {
    const [one, two] = await hosts(place, ['h1', 'h2']);
    assert.ok(one && two);
    claim(one.agent, one.port, '2001:db8:1::b', 'fe80::b');
    await waitFor('both to be granted', () => boundIn(one.agent)?.length === 2);
    assert.deepEqual(boundIn(one.agent), ['2001:db8:1::b', 'fe80::b']);
    claim(two.agent, two.port, '2001:db8:1::b', '2001:db8:9::1', '2001:db8:1::1', 'fe80::c', 'nowhere');
    await waitFor('the other claim to be granted', () => boundIn(two.agent)?.length === 1);
    assert.deepEqual(refusals(two.agent), ['2001:db8:1::b taken', '2001:db8:9::1 off-link', '2001:db8:1::1 reserved']);
    assert.deepEqual(boundIn(two.agent), ['fe80::c']);
  }));

test('answers again who claims what it has, though nothing has changed', () =>
  withPlace(async (place) => {
    const [one] = await hosts(place, ['h1']);
    assert.ok(one);
    claim(one.agent, one.port, 'fe80::b');
    await waitFor('the grant', () => boundIn(one.agent)?.length === 1);
    const before = intents(one.agent);
    claim(one.agent, one.port, 'fe80::b');
    await waitFor('the same answer', () => intents(one.agent) === before + 1);
    assert.deepEqual([boundIn(one.agent), refusals(one.agent)], [['fe80::b'], []]);
  }));

test('tells what a port is bound to on every host where it comes, and no more what it gave up', () =>
  withPlace(async (place) => {
    const network = aNetwork();
    const port = aPortOn(network, '');
    await place.commit(insert(network, port));
    const [old, next] = [await place.connect('h1'), await place.connect('h2')];
    old.plug(port.id);
    await old.synced();
    claim(old, port, 'fe80::b', 'fe80::c');
    await waitFor('the grants', () => boundIn(old)?.length === 2);
    next.plug(port.id);
    await next.synced();
    assert.deepEqual(boundIn(next), ['fe80::b', 'fe80::c']);
    next.say({ kind: 'release', releases: [{ portId: port.id, address: 'fe80::b' }] });
    await waitFor('both hosts to hear of it', () => [old, next].every((agent) => boundIn(agent)?.length === 1));
    old.say({ kind: 'unplugged', portIds: [port.id] });
    next.say({ kind: 'unplugged', portIds: [port.id] });
    next.plug();
    await next.synced(2);
    assert.equal((await place.store.reader.observed.bindings.of([port.id])).length, 1, 'a guest that is down owns it');
  }));

test('grants nothing to a host for ports that it does not have', () =>
  withPlace(async (place) => {
    const [one, two] = await hosts(place, ['h1', 'h2']);
    assert.ok(one && two);
    claim(one.agent, two.port, 'fe80::b');
    claim(one.agent, one.port, 'fe80::c');
    await waitFor('its own claim', () => boundIn(one.agent)?.length === 1);
    claim(two.agent, two.port, 'fe80::b');
    await waitFor("the owner's claim", () => boundIn(two.agent)?.length === 1);
    one.agent.say({ kind: 'release', releases: [{ portId: two.port.id, address: 'fe80::b' }] });
    claim(one.agent, one.port, 'fe80::b');
    await waitFor('the refusal', () => refusals(one.agent).length === 1);
    assert.deepEqual([refusals(one.agent), boundIn(two.agent)], [['fe80::b taken'], ['fe80::b']]);
  }));

test('binds what hosts of version 2 learned, and does not trouble them with it', () =>
  withPlace(async (place) => {
    const network = aNetwork();
    const [port, other] = [aPortOn(network, 'h1'), aPortOn(network, 'h2')];
    await place.commit(insert(network, port, other));
    const old = await place.connect('h1', { version: 2 });
    old.plug(port.id);
    await old.synced();
    const learn = (...addresses: string[]) =>
      old.say({ kind: 'report', leases: [], learned: [{ portId: port.id, addresses }], drops: [] });
    const bound = async () =>
      (await place.store.reader.observed.bindings.of([port.id])).map(({ address }) => formatAddress(address));
    learn('fe80::b', 'fe80::c');
    await waitFor('both', async () => (await bound()).length === 2);
    learn('fe80::c', 'fe80::d');
    await waitFor('one to go', async () => (await bound()).join() === 'fe80::c,fe80::d');
    old.plug();
    await old.synced(2);
    assert.deepEqual([intents(old), boundIn(old)], [1, []]);
    const next = await place.connect('h2');
    next.plug(other.id);
    await next.synced();
    claim(next, other, 'fe80::b', 'fe80::c');
    await waitFor('the free one', () => boundIn(next)?.length === 1);
    assert.deepEqual([boundIn(next), refusals(next)], [['fe80::b'], ['fe80::c taken']]);
  }));
