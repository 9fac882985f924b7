import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { milliseconds, ok, waitFor } from '../base/index.ts';
import { updateRow } from '../kit/index.ts';
import { networkTable } from '../resources/index.ts';
import type { Store } from '../store/index.ts';
import { address, aNetwork } from '../store/testing/builders.ts';
import { findPostgres, startPostgres } from '../store/testing/postgres-server.ts';
import { guestAddress, startSimulatedHosts } from './testing/index.ts';
import { aPortOn, insert, type Place, type PlaceOptions, secret, withPlace } from './testing/place.ts';

/** What a feed asks of its store: how often, and how much of it at a time. */
class StoreWatch {
  snapshots = { under: 0, most: 0, all: 0 };
  writes = { under: 0, most: 0, all: 0 };
  reads = 0;

  readonly watch = (store: Store): Store => ({
    ...store,
    reader: {
      ...store.reader,
      observed: {
        ...store.reader.observed,
        portStates: () => assert.fail('the states of all ports are read'),
        wiredBy: (host) => {
          this.reads += 1;
          return store.reader.observed.wiredBy(host);
        },
      },
    },
    snapshot: (read) => counted(this.snapshots, () => store.snapshot(read)),
    write: (work) => counted(this.writes, () => store.write(work)),
  });
}

async function counted<T>(count: StoreWatch['writes'], run: () => Promise<T>): Promise<T> {
  count.all += 1;
  count.under += 1;
  count.most = Math.max(count.most, count.under);
  try {
    return await run();
  } finally {
    count.under -= 1;
  }
}

const within = milliseconds(30_000);

/** Hosts with ten ports each on one network, all of them joined, and wired again since their guests have an address. */
async function joined(context: TestContext, place: Place, hosts: number) {
  const network = aNetwork();
  const names = Array.from({ length: hosts }, (_, index) => `h${index}`);
  const ports = names.flatMap((host) => Array.from({ length: 10 }, () => aPortOn(network, host)));
  await place.commit(insert(network, ...ports));
  const simulated = startSimulatedHosts({ endpoint: place.url.replace(/^ws/, 'http'), secret });
  context.after(() => simulated.close());
  const ofHost = Map.groupBy(ports, ({ hostId }) => hostId);
  await simulated.join([...ofHost].map(([name, its]) => ({ name, portIds: its.map(({ id }) => id) })));
  const state = await simulated.synced(within);
  await waitFor('every port to be wired twice', () => place.wirings.length === 2 * ports.length, { within });
  return { network, ports, simulated, state };
}

/** One of what hosts observed, and one of what they claim. */
const mostUnits = 2;

for (const hosts of [5, 60]) {
  test(`${hosts} hosts that join at once share snapshots and units, one at a time`, async (context) => {
    const seen = new StoreWatch();
    await withPlace(
      async (place) => {
        const { state, simulated } = await joined(context, place, hosts);
        assert.deepEqual([state.sessions, state.closes], [hosts, {}]);
        assert.equal((await simulated.state()).told, 2 * hosts * 10, 'each again with the address of its guest');
        assert.deepEqual([seen.snapshots.most, seen.writes.most <= mostUnits], [1, true]);
        assert.equal(seen.reads, hosts, 'one look for each host at what it had wired');
        // A hello, wirings, claims and a report of each; and what they share, they write together.
        assert.ok(seen.snapshots.all <= 3 * hosts, `${seen.snapshots.all} snapshots`);
        assert.ok(seen.writes.all <= 4 * hosts, `${seen.writes.all} units`);
        assert.deepEqual(place.warnings, []);
      },
      { watch: seen.watch },
    );
  });
}

async function tellManyHosts(context: TestContext, options: PlaceOptions) {
  const seen = new StoreWatch();
  await withPlace(
    async (place) => {
      const { network, ports, simulated } = await joined(context, place, 40);
      await simulated.countAnew();
      const before = seen.snapshots.all;
      const changed = { ...network, revision: 2, adminStateUp: false };
      await place.commit([updateRow(networkTable, changed)], [{ kind: 'network', id: network.id }]);
      await simulated.waitFor('every port to be told anew', ({ told }) => told === ports.length, within);
      assert.ok(seen.snapshots.all - before <= 10, `${seen.snapshots.all - before} snapshots for 40 hosts`);
      assert.deepEqual([seen.snapshots.most, seen.writes.most <= mostUnits], [1, true]);
      assert.deepEqual((await simulated.state()).closes, {}, 'no session has ended');
      assert.deepEqual(place.warnings, []);
    },
    { ...options, watch: seen.watch },
  );
}

test('a change of a network that is on many hosts is read a few times, not once for each host', (context) =>
  tellManyHosts(context, {}));

const programs = findPostgres();

test('many hosts on PostgreSQL join and are told of a change over one connection', {
  skip: !programs,
}, async (context) => {
  const server = await startPostgres(programs ?? '');
  context.after(() => server.stop());
  await tellManyHosts(context, { database: await server.createDatabase() });
});

test('rows that can not be read cost their own host its session, and no other host anything', async () => {
  let broken = '';
  const watch = (store: Store): Store => ({
    ...store,
    snapshot: (read) =>
      store.snapshot((snapshot) =>
        read({
          ...snapshot,
          async list(resource, query) {
            if (broken !== '' && JSON.stringify(query.where).includes(broken)) throw new Error('malformed row');
            return await snapshot.list(resource, query);
          },
        }),
      ),
  });
  await withPlace(
    async ({ commit, connect }) => {
      const network = aNetwork();
      const [good, bad] = [aPortOn(network, 'h1'), aPortOn(network, 'h2')];
      await commit(insert(network, good, bad));
      broken = bad.id;
      const [one, two] = [await connect('h1'), await connect('h2')];
      two.plug(bad.id);
      one.plug(good.id);
      await one.synced();
      await waitFor('the other session to end', () => two.closedWith === 1011, { within });
      one.plug(good.id);
      await one.synced(2);
      assert.equal(one.lastIntent()?.fixedAddresses.length, good.fixedIps.length);
      assert.equal(one.closedWith, undefined);
    },
    { watch },
  );
});

test('what one host says and the store refuses is no loss of those that wrote with it', async () => {
  const refused = new Set<string>();
  const watch = (store: Store): Store => ({
    ...store,
    write: (work) =>
      store.write((unit) => {
        const { observed } = unit;
        const setWired: typeof observed.setWired = (wirings) => {
          if (wirings.some(({ host }) => refused.has(host))) throw new Error('constraint violated');
          return observed.setWired(wirings);
        };
        return work(Object.create(unit, { observed: { value: { ...observed, setWired } } }));
      }),
  });
  await withPlace(
    async ({ store, commit, connect }) => {
      const network = aNetwork();
      const names = ['h1', 'h2', 'h3'];
      const ports = names.map((name) => aPortOn(network, name));
      await commit(insert(network, ...ports));
      refused.add('h2');
      const agents = await Promise.all(names.map((name) => connect(name)));
      for (const [index, agent] of agents.entries()) {
        const portId = ports[index]?.id ?? '';
        agent.plug(portId);
        agent.say({ kind: 'wired', ports: [{ portId, revision: 1 }] });
      }
      await waitFor('the refused one to be ended', () => agents[1]?.closedWith === 1011, { within });
      for (const [index, name] of [...names.entries()].filter(([at]) => at !== 1))
        await waitFor(`${name} to be wired`, async () => {
          const wired = await store.reader.observed.wiredBy(name);
          return wired[0] === ports[index]?.id;
        });
    },
    { watch },
  );
});

test('a guest keeps its address when its host comes back and asks for it again', async (context) => {
  await withPlace(async (place) => {
    const { ports, simulated } = await joined(context, place, 2);
    place.wirings.splice(0);
    await simulated.close();
    const again = startSimulatedHosts({ endpoint: place.url.replace(/^ws/, 'http'), secret });
    context.after(() => again.close());
    await again.join([{ name: 'h0', portIds: ports.slice(0, 10).map(({ id }) => id) }]);
    await again.synced(within);
    const [port] = ports;
    assert.ok(port);
    const bound = await place.store.reader.observed.bindings.of([port.id]);
    assert.deepEqual(
      bound.map((binding) => binding.address),
      [address(guestAddress(port.id))],
    );
    assert.deepEqual(place.wirings, [], 'the same wiring is no news');
  });
});

test('a session that ends while it looks for what is gone takes nothing of the host for gone', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let looks = 0;
  const watch = (store: Store): Store => {
    const { reader } = store;
    const wiredBy = async (host: string) => {
      const wired = await reader.observed.wiredBy(host);
      looks += 1;
      await released;
      return wired;
    };
    return { ...store, reader: { ...reader, observed: { ...reader.observed, wiredBy } } };
  };
  await withPlace(
    async ({ store, commit, connect, feed }) => {
      const network = aNetwork();
      const port = aPortOn(network, 'h1');
      await commit(insert(network, port));
      await store.write(async ({ observed }) =>
        ok(await observed.setWired([{ portId: port.id, host: 'h1', revision: 1 }])),
      );
      const agent = await connect('h1');
      agent.plug(port.id);
      await waitFor('the look', () => looks === 1);
      agent.close();
      await waitFor('the session to end', () => feed.progress().hosts.length === 0);
      release();
      const next = await connect('h1');
      next.plug(port.id);
      await next.synced();
      assert.deepEqual(await store.reader.observed.wiredBy('h1'), [port.id]);
    },
    { watch },
  );
});
