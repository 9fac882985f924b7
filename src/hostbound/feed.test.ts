import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { waitFor } from '../base/index.ts';
import { type AgentMessage, agentToken, closeCodes, feedHeaders, feedProtocolVersion } from '../feed/index.ts';
import { deleteRow, updateRow } from '../kit/index.ts';
import { agentTable, firstHopAgentType, type Port, portTable } from '../resources/index.ts';
import { address, aNetwork } from '../store/testing/builders.ts';
import { aPortOn, insert, keyOf, secret, withPlace } from './testing/place.ts';

const aLease = { clientDuid: '0001', identityAssociation: 1, expiresAt: Date.now() + 60_000 };

test('answers each plugged port with its intent, or withdraws what is bound elsewhere or exists nowhere', () =>
  withPlace(async ({ commit, connect }) => {
    const network = aNetwork();
    const [here, there, unbound] = [aPortOn(network, 'h1'), aPortOn(network, 'h2'), aPortOn(network, '')];
    await commit(insert(network, here, there, unbound));
    const stranger = crypto.randomUUID();
    const agent = await connect('h1');
    agent.plug(here.id, there.id, unbound.id, stranger, 'not-a-uuid');
    await agent.synced();
    assert.deepEqual(agent.verdicts, [
      `intent ${here.id}`,
      `withdraw ${there.id}`,
      `intent ${unbound.id}`,
      `withdraw ${stranger}`,
    ]);
    assert.deepEqual(
      agent.networks.map(({ networkId, subnets }) => [networkId, subnets.length]),
      [[network.id, 1]],
    );
  }));

test('says what changes of plugged ports, once, and nothing of the others', () =>
  withPlace(async ({ commit, connect }) => {
    const network = aNetwork();
    const [port, other] = [aPortOn(network, 'h1'), aPortOn(network, 'h1')];
    await commit(insert(network, port, other));
    const agent = await connect('h1');
    agent.plug(port.id);
    await agent.synced();
    const renamed = { ...port, revision: 2, name: 'renamed' };
    await commit([updateRow(portTable, renamed)], [keyOf(port), keyOf(other)]);
    await agent.synced(2);
    assert.deepEqual(agent.verdicts, [`intent ${port.id}`], 'a name is nothing to the first hop');
    const [first] = agent.heard.flatMap((message) => (message.kind === 'intent' ? [message.intent.revision] : []));
    const down = { ...renamed, revision: 3, adminStateUp: false };
    await commit([updateRow(portTable, down)], [keyOf(port)]);
    await agent.synced(3);
    assert.equal(agent.lastIntent()?.adminStateUp, false);
    assert.ok((agent.lastIntent()?.revision ?? 0) > (first ?? 0));
    await commit([deleteRow(portTable, port.id)], [keyOf(port)]);
    await agent.synced(4);
    assert.deepEqual(agent.verdicts.at(-1), `withdraw ${port.id}`);
  }));

test('moves a port from host to host when its binding does', () =>
  withPlace(async ({ commit, connect }) => {
    const network = aNetwork();
    const port = aPortOn(network, 'h1');
    await commit(insert(network, port));
    const [one, two] = [await connect('h1'), await connect('h2')];
    one.plug(port.id);
    two.plug(port.id);
    await Promise.all([one.synced(), two.synced()]);
    const moved = { ...port, revision: 2, hostId: 'h2' };
    await commit([updateRow(portTable, moved)], [keyOf(port)]);
    await Promise.all([one.synced(2), two.synced(2)]);
    assert.deepEqual(one.verdicts, [`intent ${port.id}`, `withdraw ${port.id}`]);
    assert.deepEqual(two.verdicts, [`withdraw ${port.id}`, `intent ${port.id}`]);
  }));

test('keeps what a host wired, leased and dropped', () =>
  withPlace(async ({ store, commit, connect, wirings }) => {
    const network = aNetwork();
    const port = aPortOn(network, 'h1');
    await commit(insert(network, port));
    const agent = await connect('h1');
    agent.plug(port.id);
    agent.say({ kind: 'wired', ports: [{ portId: port.id, revision: 7 }] });
    const lease = { ...aLease, portId: port.id, address: '2001:db8:1::77' };
    agent.say({
      kind: 'report',
      leases: [lease, { ...lease, address: 'nowhere' }],
      drops: [{ portId: port.id, reason: 'rogue-ra', packets: 3 }],
    });
    const { observed } = store.reader;
    await waitFor('the report', async () => (await observed.drops(port.id)).length === 1);
    const [state] = await observed.portStates([port.id]);
    assert.deepEqual(state?.wirings, [{ host: 'h1', revision: 7 }]);
    assert.deepEqual(
      (await observed.leases(port.id)).map((known) => known.address),
      [address('2001:db8:1::77')],
    );
    assert.deepEqual(wirings, [port.id]);
  }));

test('keeps nothing that a host says of ports that are not its own', () =>
  withPlace(async ({ store, commit, connect }) => {
    const network = aNetwork();
    const [here, there] = [aPortOn(network, 'h1'), aPortOn(network, 'h2')];
    await commit(insert(network, here, there));
    const told = (text: string): AgentMessage => ({
      kind: 'report',
      leases: [here, there].map(({ id }) => ({ ...aLease, portId: id, address: text })),
      drops: [here, there].map(({ id }) => ({ portId: id, reason: 'rogue-ra', packets: 3 })),
    });
    const { observed } = store.reader;
    const known = async ({ id }: Port) => [
      ...(await observed.leases(id)).map((lease) => lease.address),
      ...(await observed.drops(id)).map(({ packets }) => packets),
    ];
    const first = address('2001:db8:1::a');
    const owner = await connect('h2');
    owner.plug(there.id);
    owner.say(told('2001:db8:1::a'));
    await waitFor("the owner's report", async () => (await known(there)).length === 2);

    const other = await connect('h1');
    other.say(told('2001:db8:1::b')); // before it has plugged anything
    other.plug(here.id, there.id);
    await other.synced();
    other.say(told('2001:db8:1::c'));
    await waitFor("the other's report", async () => (await known(here)).length === 2);
    assert.deepEqual(await known(there), [first, 3]);
    const mine = address('2001:db8:1::c');
    assert.deepEqual(await known(here), [mine, 3]);

    const moved = { ...here, revision: 2, hostId: 'h2' };
    await commit([updateRow(portTable, moved)], [keyOf(here)]);
    await other.synced(2);
    other.say(told('2001:db8:1::d'));
    other.plug(); // its answer comes after the report was worked off
    await other.synced(3);
    assert.deepEqual(await known(here), [mine, 3]);
  }));

test('forgets the wiring of what is unplugged, also when that happened while nobody listened', () =>
  withPlace(async ({ store, commit, connect }) => {
    const network = aNetwork();
    const [kept, gone] = [aPortOn(network, 'h1'), aPortOn(network, 'h1')];
    await commit(insert(network, kept, gone));
    const wired = async () => (await store.reader.observed.portStates()).filter((state) => state.wirings.length > 0);
    const first = await connect('h1');
    first.plug(kept.id, gone.id);
    first.say({ kind: 'wired', ports: [kept.id, gone.id].map((portId) => ({ portId, revision: 1 })) });
    await waitFor('both wired', async () => (await wired()).length === 2);
    first.close();
    const second = await connect('h1');
    second.plug(kept.id);
    await waitFor('one forgotten', async () => (await wired()).length === 1);
    second.say({ kind: 'unplugged', portIds: [kept.id] });
    await waitFor('both forgotten', async () => (await wired()).length === 0);
  }));

test('shows each host in the agents collection, alive since its hello', () =>
  withPlace(async ({ store, connect }) => {
    await connect('h1');
    const [agent] = await waitFor('the agent', async () => {
      const agents = await store.reader.list(agentTable, { where: { kind: 'all', of: [] } });
      return agents.length > 0 && agents;
    });
    assert.deepEqual(
      { host: agent?.host, agentType: agent?.agentType, configurations: agent?.configurations },
      { host: 'h1', agentType: firstHopAgentType, configurations: { bridge: 'br-hop', version: '1' } },
    );
    assert.ok(Date.now() - Date.parse(agent?.heartbeatAt ?? '') < 5_000);
  }));

test('lets nobody in without the token of that very host', () =>
  withPlace(async ({ url, connect }) => {
    const refused = async (headers: Record<string, string>) => {
      const socket = new WebSocket(url, { headers });
      const [error] = (await once(socket, 'error')) as [Error];
      return error.message;
    };
    assert.match(await refused({}), /401/);
    assert.match(await refused(feedHeaders('h2', agentToken(secret, 'h1'))), /401/);
    assert.match(await refused(feedHeaders('h1', agentToken('another secret', 'h1'))), /401/);
    const impostor = await connect('h1');
    impostor.say({
      kind: 'hello',
      protocolVersion: feedProtocolVersion,
      host: 'h1',
      agentVersion: '1',
      configuration: {},
    });
    await waitFor('a second hello to end it', () => impostor.closedWith === closeCodes.protocolViolation);
  }));

test('ends a session that speaks nonsense, or for whose host a newer one came', () =>
  withPlace(async ({ connect }) => {
    const noisy = await connect('h1');
    noisy.sayRaw('{"kind":"plugged","ports":"all"}');
    await waitFor('the noisy session to end', () => noisy.closedWith === closeCodes.protocolViolation);
    const [older, newer] = [await connect('h2'), await connect('h2')];
    await waitFor('the older session to end', () => older.closedWith === closeCodes.superseded);
    newer.plug();
    await newer.synced();
  }));
