import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { aNetwork } from '../store/testing/builders.ts';
import { aPortOn, insert, keyOf, withPlace } from './testing/place.ts';

test('an agent that comes back is told its networks again, and is synced when its ports were told and no sooner', async () => {
  let looks = 0;
  const watch = (store: Store): Store => ({
    ...store,
    outbox: {
      ...store.outbox,
      // As after more changes than are kept: everything is to be told again.
      changesSince: async () => {
        looks += 1;
        return undefined;
      },
    },
  });
  await withPlace(
    async ({ commit, connect, feed }) => {
      const network = aNetwork();
      const port = aPortOn(network, 'h1');
      await commit(insert(network, port));
      for (const session of [1, 2]) {
        const agent = await connect('h1');
        await waitFor('the hello to be heard', () => feed.progress().hosts.length === 1);
        const before = looks;
        await commit([], [keyOf(port)]);
        await waitFor('the feed to follow', () => looks > before);
        agent.plug(port.id);
        await agent.synced();
        const kinds = agent.heard.map(({ kind }) => kind).filter((kind) => kind !== 'heartbeat');
        assert.deepEqual(kinds, ['network', 'intent', 'synced'], `session ${session}`);
        agent.close();
        await waitFor('the session to end', () => feed.progress().hosts.length === 0);
      }
    },
    { watch },
  );
});

test('a port that changes before its host was told of all ports does not make it synced', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const watch = (store: Store): Store => {
    const { reader } = store;
    const wiredBy = (host: string) => released.then(() => reader.observed.wiredBy(host));
    return { ...store, reader: { ...reader, observed: { ...reader.observed, wiredBy } } };
  };
  await withPlace(
    async ({ commit, connect, feed }) => {
      const network = aNetwork();
      const [one, two] = [aPortOn(network, 'h1'), aPortOn(network, 'h1')];
      await commit(insert(network, one, two));
      const agent = await connect('h1');
      agent.plug(one.id, two.id);
      await waitFor('both to be plugged', () => feed.progress().pluggedPorts === 2);
      await commit([], [keyOf(one)]);
      await waitFor('the change to be told', () => agent.verdicts.length === 1);
      release();
      await agent.synced();
      const kinds = agent.heard.map(({ kind }) => kind).filter((kind) => kind !== 'heartbeat');
      assert.deepEqual(kinds, ['network', 'intent', 'intent', 'synced']);
    },
    { watch },
  );
});
