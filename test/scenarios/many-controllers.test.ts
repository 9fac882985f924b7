import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Client, unwrap } from '../../src/client/index.ts';
import { northbound } from '../../src/ovn/index.ts';
import { openDatabase } from '../../src/ovsdb/index.ts';
import { findPostgres, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { withGround } from './site.ts';

const programs = findPostgres();
const skip = programs === undefined && 'PostgreSQL is not installed';

interface Progress {
  readonly northbound: { readonly refused: readonly unknown[]; readonly dirtyKeys: number };
  readonly outbox: { readonly depth: number };
}

async function progressOf(api: Client): Promise<Progress> {
  return unwrap(await api.request('GET', '/healthcheck/progress')) as unknown as Progress;
}

async function isSettled(api: Client): Promise<boolean> {
  const { northbound: engine, outbox } = await progressOf(api);
  return engine.dirtyKeys === 0 && outbox.depth === 0;
}

async function post(api: Client, networkId: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push(unwrap(await api.ports.create({ network_id: networkId, name: `port ${index}` })).id);
  }
  return ids;
}

test('two controllers on one store write each row once, and the one that is left carries on', { skip }, async () => {
  const postgres = await startPostgres(programs ?? '');
  try {
    await withGround({ database: await postgres.createDatabase() }, async ({ nb, startController }) => {
      const [one, two] = [await startController(), await startController()];
      const network = unwrap(await one.api.networks.create({ name: 'shared ground' }));
      unwrap(await two.api.subnets.create({ network_id: network.id, ip_version: 6, cidr: '2001:db8:9::/64' }));
      const created = await Promise.all([post(one.api, network.id, 40), post(two.api, network.id, 40)]);
      const patience = { within: milliseconds(20_000) };
      await waitFor('both to be done', async () => (await isSettled(one.api)) && (await isSettled(two.api)), patience);
      assert.deepEqual((await progressOf(one.api)).northbound.refused, []);
      assert.deepEqual((await progressOf(two.api)).northbound.refused, []);
      const select = { Logical_Switch: { columns: ['ports'] } } as const;
      const eyes = openDatabase({ schema: northbound.schema, endpoints: [nb.unix], select });
      await eyes.synchronised();
      const portsOf = () => [...eyes.replica.table('Logical_Switch').rows()].map(({ ports }) => [...ports].sort());
      assert.deepEqual(portsOf(), [created.flat().sort()]);
      await one.kill('SIGKILL');
      const [doomed = ''] = created.flat();
      unwrap(await two.api.ports.delete(doomed));
      await waitFor(
        'the deleted port to go',
        () =>
          !portsOf()
            .flat()
            .includes(doomed as never),
        patience,
      );
      await eyes.close();
    });
  } finally {
    await postgres.stop();
  }
});
