import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { milliseconds, newUuid, waitFor } from '../base/index.ts';
import {
  type AgentMessage,
  agentToken,
  closeCodes,
  encodeAgentMessage,
  feedHeaders,
  feedProtocolVersion,
} from '../feed/index.ts';
import { updateRow } from '../kit/index.ts';
import { agentTable, portTable } from '../resources/index.ts';
import { address, aNetwork } from '../store/testing/builders.ts';
import { defaultAdvertising } from './intent.ts';
import { aPortOn, insert, keyOf, secret, withPlace } from './testing/place.ts';

const within = milliseconds(30_000);

/** The status of the answer to an upgrade that is refused; undefined when it is not. */
async function upgradeStatus(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => {});
  const refused = once(socket, 'unexpected-response').then(([, { statusCode }]) => Number(statusCode));
  const status = await Promise.race([refused, once(socket, 'open').then(() => undefined)]);
  socket.terminate();
  return status;
}

for (const { what, frame } of [
  { what: 'what is no JSON', frame: '{' },
  { what: 'words that nobody knows', frame: '{"kind":"surprise"}' },
  {
    what: 'a frame larger than a frame may be',
    frame: JSON.stringify({ kind: 'heartbeat', more: 'x'.repeat(1 << 20) }),
  },
  {
    what: 'that a port has more addresses than any port may learn',
    frame: JSON.stringify({
      ...{ kind: 'report', leases: [], drops: [] },
      learned: [{ portId: newUuid(), addresses: Array(65).fill('2001:db8::1') }],
    }),
  },
  {
    what: 'that more ports are plugged than a host has',
    frame: JSON.stringify({ kind: 'plugged', ports: Array(4_097).fill({ portId: newUuid(), interfaceName: '' }) }),
  },
]) {
  test(`an agent that says ${what} is ended, comes back after a pause, and is named once`, () =>
    withPlace(async ({ url, connect, commit, warnings }) => {
      const network = aNetwork();
      const port = aPortOn(network, 'h2');
      await commit(insert(network, port));
      const [noisy, other] = [await connect('h1'), await connect('h2')];
      noisy.sayRaw(frame);
      await waitFor('the session to end', () => noisy.closedWith !== undefined);
      const headers = feedHeaders('h1', agentToken(secret, 'h1'));
      assert.equal(await upgradeStatus(url, headers), 429);
      await waitFor('its pause to be over', async () => (await upgradeStatus(url, headers)) === undefined, { within });
      const again = await connect('h1');
      again.sayRaw(frame);
      await waitFor('that session to end', () => again.closedWith !== undefined);
      assert.deepEqual(
        warnings.map(({ host, message }) => [host, message]),
        [['h1', 'feed: session refused: the agent says what no agent says']],
      );
      other.plug(port.id);
      await other.synced();
      assert.equal(other.closedWith, undefined);
    }));
}

test('what a host says of ports that are not plugged there, or of reasons and leases that are none, is not kept', () =>
  withPlace(async ({ store, commit, connect }) => {
    const network = aNetwork();
    const [here, there] = [aPortOn(network, 'h1'), aPortOn(network, 'h2')];
    await commit(insert(network, here, there));
    const agent = await connect('h1');
    agent.plug(here.id);
    agent.say({ kind: 'wired', ports: [{ portId: there.id, revision: 1 }] });
    const drops = ['rogue-ra', 'bad weather', '__proto__'].map((reason) => ({ portId: here.id, reason, packets: 1 }));
    agent.say({ kind: 'report', leases: [], learned: [], drops });
    const { observed } = store.reader;
    await waitFor('the report', async () => (await observed.drops(here.id)).length > 0);
    assert.deepEqual(await observed.drops(here.id), [{ portId: here.id, reason: 'rogue-ra', packets: 1 }]);
    assert.deepEqual(await observed.portStates(), []);
    const lease = { portId: here.id, address: '2001:db8:1::7', identityAssociation: 1, expiresAt: Date.now() + 60_000 };
    const [clientDuid, learned] = ['\u0000', []];
    agent.say({ kind: 'report', leases: [{ ...lease, clientDuid }], learned, drops: [] });
    await waitFor('a DUID that is none to end it', () => agent.closedWith === closeCodes.protocolViolation);
  }));

test('of the leases of a port the newest are kept, however many its host reports', () =>
  withPlace(async ({ store, commit, connect }) => {
    const network = aNetwork();
    const port = aPortOn(network, 'h1');
    await commit(insert(network, port));
    const agent = await connect('h1');
    agent.plug(port.id);
    const { observed } = store.reader;
    const expiresAt = Date.now() + 600_000;
    for (const round of [1, 2]) {
      const leases = Array.from({ length: 1_000 }, (_, index) => ({
        ...{ portId: port.id, address: `2001:db8:1::${round}:${index + 1}` },
        ...{ clientDuid: '0001', identityAssociation: 1, expiresAt: expiresAt + 1_000 * round + index },
      }));
      agent.say({ kind: 'report', leases, learned: [], drops: [] });
      const newest = leases.slice(-64).map((lease) => address(lease.address));
      const kept = await waitFor('the leases', async () => {
        const known = await observed.leases(port.id);
        return known.some(({ expiresAt: at }) => at >= expiresAt + 1_000 * round) && known;
      });
      const byTime = kept.toSorted((a, b) => a.expiresAt - b.expiresAt);
      assert.deepEqual(
        byTime.map((lease) => lease.address),
        newest,
      );
    }
  }));

test('ports that an agent names by and by are kept up to the most that a host has, and none when it is ended', () =>
  withPlace(async ({ connect, feed }) => {
    const agent = await connect('h1');
    for (let times = 1; times <= 4; times += 1) {
      agent.plug(...Array.from({ length: 1_024 }, newUuid));
      await agent.synced(times);
    }
    assert.equal(feed.progress().pluggedPorts, 4_096);
    agent.plug(newUuid());
    await waitFor('the session to end', () => agent.closedWith === closeCodes.protocolViolation);
    assert.equal(agent.closedBecause, 'more than 4096 ports are plugged');
    assert.equal(feed.progress().pluggedPorts, 0);
  }));

test('of unknown ports that an agent plugs and unplugs again and again nothing is kept, and others are told of theirs', () =>
  withPlace(async ({ store, commit, connect, feed, wirings }) => {
    const network = aNetwork();
    const port = aPortOn(network, 'h2');
    await commit(insert(network, port));
    const [restless, other] = [await connect('h1'), await connect('h2')];
    for (let round = 0; round < 100; round += 1) {
      const portIds = Array.from({ length: 100 }, newUuid);
      restless.plug(...portIds);
      restless.say({ kind: 'wired', ports: portIds.map((portId) => ({ portId, revision: 1 })) });
      restless.say({ kind: 'unplugged', portIds });
    }
    other.plug(port.id);
    await other.synced();
    await restless.synced(100);
    await waitFor('the last to be unplugged', () => feed.progress().pluggedPorts === 1, { within });
    assert.deepEqual([await store.reader.observed.portStates(), wirings], [[], []]);
    assert.deepEqual([restless.closedWith, other.closedWith], [undefined, undefined]);
  }));

for (const [what, { agentVersion = '1', configuration = {} }] of Object.entries({
  'more of its configuration than 64 entries': {
    configuration: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`key ${index}`, ''])),
  },
  'a long word of its configuration': { configuration: { bridge: 'x'.repeat(256) } },
  'a long name in its configuration': { configuration: { ['x'.repeat(256)]: '' } },
  'a long version': { agentVersion: 'x'.repeat(65) },
})) {
  test(`an agent that tells ${what} is not put into the list of agents`, () =>
    withPlace(async ({ url, store }) => {
      const socket = new WebSocket(url, { headers: feedHeaders('h1', agentToken(secret, 'h1')) });
      await once(socket, 'open');
      const protocolVersion = feedProtocolVersion;
      socket.send(encodeAgentMessage({ kind: 'hello', protocolVersion, host: 'h1', agentVersion, configuration }));
      const [code] = await once(socket, 'close');
      assert.equal(code, closeCodes.protocolViolation);
      assert.deepEqual(await store.reader.list(agentTable, { where: { kind: 'all', of: [] } }), []);
    }));
}

for (const hours of [-1, 1]) {
  test(`a lease ends when the host means, with its clock ${hours} h off`, () =>
    withPlace(async ({ store, commit, connect }) => {
      const network = aNetwork();
      const port = aPortOn(network, 'h1');
      await commit(insert(network, port));
      const agent = await connect('h1');
      agent.plug(port.id);
      const sentAt = Date.now() + hours * 3_600_000;
      const lease = { portId: port.id, address: '2001:db8:1::7', clientDuid: '0001', identityAssociation: 1 };
      const leases = [{ ...lease, expiresAt: sentAt + 600_000 }];
      const report: AgentMessage = { kind: 'report', sentAt, leases, learned: [], drops: [] };
      agent.say(report);
      const [kept] = await waitFor('the lease', async () => {
        const known = await store.reader.observed.leases(port.id);
        return known.length > 0 && known;
      });
      assert.deepEqual(kept?.address, address('2001:db8:1::7'));
      const left = (kept?.expiresAt ?? 0) - Date.now();
      assert.ok(left > 500_000 && left <= 600_000, `${left} ms are left of 600,000`);
    }));
}

test('an agent that reads nothing is told no more than fits, until it reads, and others are told all', () => {
  // Some 60 kB are told of each network.
  const searchDomains = Array.from({ length: 240 }, (_, index) => String(index).padStart(250, 'x'));
  return withPlace(
    async ({ commit, connect, feed }) => {
      const heavy = Array.from({ length: 160 }, () => aNetwork()).map((network) => ({
        network,
        port: aPortOn(network, 'h1'),
      }));
      const network = aNetwork();
      const light = aPortOn(network, 'h2');
      await commit([...insert(network, light), ...heavy.flatMap((one) => insert(one.network, one.port))]);
      const [deaf, other] = [await connect('h1'), await connect('h2')];
      deaf.stopReading();
      deaf.plug(...heavy.map(({ port }) => port.id));
      let told = 0;
      await waitFor(
        'the feed to stop telling it',
        async () => {
          const { intentsSent } = feed.progress();
          const isSame = intentsSent === told && told > 0;
          told = intentsSent;
          return isSame;
        },
        { within, every: milliseconds(300) },
      );
      assert.ok(told < heavy.length, `${told} messages wait in memory`);
      other.plug(light.id);
      await other.synced();
      await commit([updateRow(portTable, { ...light, revision: 2, adminStateUp: false })], [keyOf(light)]);
      await other.synced(2);
      deaf.startReading();
      await waitFor('all of it to be told', () => deaf.verdicts.length === heavy.length, { within });
    },
    { advertising: { ...defaultAdvertising, searchDomains } },
  );
});

test('two agents of one name do not end each other again and again, and the log says once whose name it is', () =>
  withPlace(async ({ connect, warnings }) => {
    const first = await connect('h1');
    first.plug();
    await first.synced();
    const second = await connect('h1');
    await waitFor('the second to take over', () => first.closedWith === closeCodes.superseded);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const again = await connect('h1');
      await waitFor('the first to be refused', () => again.closedWith === closeCodes.superseded);
      assert.equal(again.closedBecause, 'another agent of this host is served');
    }
    second.plug();
    await second.synced();
    assert.equal(second.closedWith, undefined);
    assert.deepEqual(warnings, [
      { host: 'h1', message: 'feed: a second agent says that it is this host; only one is served' },
    ]);
  }));

test('an agent that was cut off takes over from its own dead session at once', () =>
  withPlace(async ({ connect }) => {
    const cut = await connect('h1');
    cut.stopReading();
    const back = await connect('h1');
    back.plug();
    await back.synced();
  }));

test('a crowd without the right token is answered 401, is named once, and harms no host', () =>
  withPlace(async ({ url, connect, warnings, feed }) => {
    const agent = await connect('h1');
    const wrong = feedHeaders('h1', agentToken('another secret', 'h1'));
    const statuses = new Set<number | undefined>();
    for (let wave = 0; wave < 10; wave += 1)
      for (const status of await Promise.all(Array.from({ length: 50 }, () => upgradeStatus(url, wrong))))
        statuses.add(status);
    assert.deepEqual([...statuses], [401]);
    agent.plug();
    await agent.synced();
    assert.equal(agent.closedWith, undefined);
    assert.deepEqual(feed.progress().hosts, ['h1']);
    assert.deepEqual(
      warnings.map(({ message }) => message),
      ['feed: connection without the right token refused'],
    );
  }));

test('a connection that is refused is not kept open', () =>
  withPlace(async ({ url }) => {
    const { hostname, port, pathname } = new URL(url);
    const socket = connectSocket({ host: hostname, port: Number(port) });
    socket.write(
      [`GET ${pathname} HTTP/1.1`, 'host: x', 'connection: upgrade', 'upgrade: websocket', '', ''].join('\r\n'),
    );
    socket.resume();
    await once(socket, 'end');
    socket.destroy();
  }));

test('a session whose agent says nothing at all is ended', () =>
  withPlace(async ({ url, feed }) => {
    const socket = new WebSocket(url, { headers: feedHeaders('h1', agentToken(secret, 'h1')) });
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    assert.deepEqual([code, reason.toString('utf8')], [closeCodes.tooSlow, 'no hello came in time']);
    assert.deepEqual(feed.progress().hosts, []);
  }));

test('a host, and all hosts together, have only so many sessions open', () =>
  withPlace(
    async ({ url, warnings }) => {
      const headersOf = (host: string) => feedHeaders(host, agentToken(secret, host));
      const open = async (host: string) => {
        const socket = new WebSocket(url, { headers: headersOf(host) });
        await once(socket, 'open');
        return socket;
      };
      const silent = [await open('h1'), await open('h1'), await open('h1')];
      assert.equal(await upgradeStatus(url, headersOf('h1')), 429);
      silent.push(await open('h2'), await open('h3'));
      assert.equal(await upgradeStatus(url, headersOf('h4')), 503);
      for (const socket of silent) socket.terminate();
      await waitFor('room for others', async () => (await upgradeStatus(url, headersOf('h4'))) === undefined);
      assert.deepEqual(
        warnings.map(({ message }) => message),
        [
          'feed: a host has opened as many sessions as it may; others are refused',
          'feed: as many sessions are open as may be; others are refused',
        ],
      );
    },
    { mostSessions: 5 },
  ));
