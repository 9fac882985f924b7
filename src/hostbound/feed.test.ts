import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FastifyInstance, fastify } from 'fastify';
import { WebSocket } from 'ws';
import { ok, silentLog, systemClock, waitFor } from '../base/index.ts';
import {
  type AgentMessage,
  agentToken,
  type ControllerMessage,
  closeCodes,
  encodeAgentMessage,
  feedHeaders,
  feedPath,
  feedProtocolVersion,
  parseControllerMessage,
} from '../feed/index.ts';
import type { Change, Key, Network, Port, PortId } from '../resources/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { address, aNetwork, aPort, aSubnet } from '../store/testing/builders.ts';
import { agentType } from './agent-record.ts';
import { HostFeed } from './host-feed.ts';
import { serveFeed } from './server.ts';

const secret = 'a cloud-wide secret';

/** A real feed over a real store, and agents that are real sockets. */
interface Place {
  readonly store: Store;
  readonly wirings: PortId[];
  /** Commits changes with their keys. */
  commit(changes: readonly Change[], keys?: readonly Key[]): Promise<void>;
  connect(host: string, token?: string): Promise<TestAgent>;
  readonly url: string;
}

async function withPlace(body: (place: Place) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'feed-'));
  const store = await openStore({ database: `sqlite:${join(directory, 'sextant.db')}` });
  const wirings: PortId[] = [];
  const feed = new HostFeed({
    store,
    clock: systemClock,
    log: silentLog,
    onWiring: (portIds) => wirings.push(...portIds),
  });
  const server: FastifyInstance = fastify({ forceCloseConnections: true });
  await serveFeed(server, feed, { secret });
  feed.start();
  const url = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws') + feedPath;
  try {
    await body({
      store,
      wirings,
      url,
      commit: async (changes, keys = []) => {
        await store.write(async (unit) => ok(await unit.apply(changes, keys)));
      },
      connect: (host, token = agentToken(secret, host)) => TestAgent.connect(url, host, token),
    });
  } finally {
    await feed.stop();
    await server.close();
    await store.close();
    await rm(directory, { recursive: true });
  }
}

/** An agent's end: what it says, and all that it has heard. */
class TestAgent {
  readonly heard: ControllerMessage[] = [];
  readonly #socket: WebSocket;
  closedWith: number | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('close', (code) => {
      this.closedWith = code;
    });
    socket.on('message', (data) => {
      const parsed = parseControllerMessage(String(data));
      assert.ok(parsed.ok, `the controller said ${data}`);
      this.heard.push(parsed.value);
    });
  }

  static async connect(url: string, host: string, token: string): Promise<TestAgent> {
    const socket = new WebSocket(url, { headers: feedHeaders(host, token) });
    const agent = new TestAgent(socket);
    await once(socket, 'open');
    agent.say({
      kind: 'hello',
      protocolVersion: feedProtocolVersion,
      host,
      agentVersion: '1',
      configuration: { bridge: 'br-hop' },
    });
    return agent;
  }

  say(message: AgentMessage): void {
    this.#socket.send(encodeAgentMessage(message));
  }

  sayRaw(frame: string): void {
    this.#socket.send(frame);
  }

  plug(...portIds: readonly string[]): void {
    this.say({ kind: 'plugged', ports: portIds.map((portId) => ({ portId, interfaceName: 'tap0' })) });
  }

  /** What was said of ports, without the beats in between. */
  get verdicts(): readonly string[] {
    return this.heard.flatMap((message) => {
      if (message.kind === 'intent') return [`intent ${message.intent.portId}`];
      return message.kind === 'withdraw' ? [`withdraw ${message.portId}`] : [];
    });
  }

  lastIntent() {
    return this.heard.flatMap((message) => (message.kind === 'intent' ? [message.intent] : [])).at(-1);
  }

  async synced(times = 1): Promise<void> {
    await waitFor(`${times} synced`, () => this.heard.filter(({ kind }) => kind === 'synced').length >= times);
  }

  close(): void {
    this.#socket.close();
  }
}

function insert(network: Network, ...ports: readonly Port[]): readonly Change[] {
  return [
    { kind: 'insert', resource: 'network', entity: network },
    { kind: 'insert', resource: 'subnet', entity: aSubnet({ networkId: network.id }) },
    ...ports.map((entity) => ({ kind: 'insert', resource: 'port', entity }) as const),
  ];
}

function keyOf({ id }: Port): Key {
  return { kind: 'port', id };
}

function aPortOn(network: Network, hostId: string): Port {
  return aPort({ networkId: network.id, binding: { hostId, vnicType: 'normal', profile: {} } });
}

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
    assert.equal(agent.lastIntent()?.subnets.length, 1);
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
    await commit([{ kind: 'update', resource: 'port', entity: renamed }], [keyOf(port), keyOf(other)]);
    await agent.synced(2);
    assert.deepEqual(agent.verdicts, [`intent ${port.id}`], 'a name is nothing to the first hop');
    const [first] = agent.heard.flatMap((message) => (message.kind === 'intent' ? [message.intent.revision] : []));
    const down = { ...renamed, revision: 3, adminStateUp: false };
    await commit([{ kind: 'update', resource: 'port', entity: down }], [keyOf(port)]);
    await agent.synced(3);
    assert.equal(agent.lastIntent()?.adminStateUp, false);
    assert.ok((agent.lastIntent()?.revision ?? 0) > (first ?? 0));
    await commit([{ kind: 'delete', resource: 'port', id: port.id }], [keyOf(port)]);
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
    const moved = { ...port, revision: 2, binding: { ...port.binding, hostId: 'h2' } };
    await commit([{ kind: 'update', resource: 'port', entity: moved }], [keyOf(port)]);
    await Promise.all([one.synced(2), two.synced(2)]);
    assert.deepEqual(one.verdicts, [`intent ${port.id}`, `withdraw ${port.id}`]);
    assert.deepEqual(two.verdicts, [`withdraw ${port.id}`, `intent ${port.id}`]);
  }));

test('keeps what a host wired, leased, learned and dropped', () =>
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
      learned: [{ portId: port.id, addresses: ['2001:db8:1::abcd', 'fe80::1%eth0'] }],
      drops: [{ portId: port.id, reason: 'rogue-ra', packets: 3 }],
    });
    const { observed } = store.reader;
    await waitFor('the report', async () => (await observed.drops(port.id)).length === 1);
    const [state] = await observed.portStates([port.id]);
    assert.deepEqual(state?.wirings, [{ host: 'h1', revision: 7 }]);
    assert.deepEqual(await observed.learned(port.id), [address('2001:db8:1::abcd')]);
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
      learned: [here, there].map(({ id }) => ({ portId: id, addresses: [text] })),
      drops: [here, there].map(({ id }) => ({ portId: id, reason: 'rogue-ra', packets: 3 })),
    });
    const { observed } = store.reader;
    const known = async ({ id }: Port) => [
      ...(await observed.leases(id)).map((lease) => lease.address),
      ...(await observed.learned(id)),
      ...(await observed.drops(id)).map(({ packets }) => packets),
    ];
    const first = address('2001:db8:1::a');
    const owner = await connect('h2');
    owner.plug(there.id);
    owner.say(told('2001:db8:1::a'));
    await waitFor("the owner's report", async () => (await known(there)).length === 3);

    const other = await connect('h1');
    other.say(told('2001:db8:1::b')); // before it has plugged anything
    other.plug(here.id, there.id);
    await other.synced();
    other.say(told('2001:db8:1::c'));
    await waitFor("the other's report", async () => (await known(here)).length === 3);
    assert.deepEqual(await known(there), [first, first, 3]);
    const mine = address('2001:db8:1::c');
    assert.deepEqual(await known(here), [mine, mine, 3]);

    const moved = { ...here, revision: 2, binding: { ...here.binding, hostId: 'h2' } };
    await commit([{ kind: 'update', resource: 'port', entity: moved }], [keyOf(here)]);
    await other.synced(2);
    other.say(told('2001:db8:1::d'));
    other.plug(); // its answer comes after the report was worked off
    await other.synced(3);
    assert.deepEqual(await known(here), [mine, mine, 3]);
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
      const agents = await store.reader.list('agent', { where: { kind: 'all', of: [] } });
      return agents.length > 0 && agents;
    });
    assert.deepEqual(
      { host: agent?.host, agentType: agent?.agentType, configurations: agent?.configurations },
      { host: 'h1', agentType, configurations: { bridge: 'br-hop', version: '1' } },
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
