import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findPostgres, type PostgresServer, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { type Body, errorType, type Made, startApi, type TestApi } from './harness.ts';
import { cases, replay } from './replay.ts';

const programs = findPostgres();

describe('over PostgreSQL', { skip: programs === undefined && 'skipped: PostgreSQL is not installed' }, () => {
  let server: PostgresServer;
  let api: TestApi;
  before(async () => {
    server = await startPostgres(programs ?? '');
    api = await startApi({ database: await server.createDatabase() });
  });
  after(async () => {
    await api.close();
    await server.stop();
  });

  test('answers as Neutron 21 does', async (t) => {
    for (const recorded of cases) await t.test(recorded.name, () => replay(api, recorded));
  });

  test('gives two controllers on one database no address twice', async () => {
    const database = await server.createDatabase();
    const controllers = [await startApi({ database }), await startApi({ database })] as const;
    try {
      const [one] = controllers;
      const network = await one.create('networks');
      const pools = [{ start: '2001:db8::10', end: '2001:db8::1f' }];
      const cidr = { ip_version: 6, cidr: '2001:db8::/64', allocation_pools: pools };
      await one.create('subnets', { network_id: network.id, ...cidr });
      const body = { port: { network_id: network.id } };
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          controllers[index % 2 === 0 ? 0 : 1].call('POST', '/v2.0/ports', { body }),
        ),
      );
      const ports = answers.filter(({ status }) => status === 201).map(({ json }) => json.port as Made);
      const addresses = ports
        .flatMap(({ fixed_ips: fixedIps }) => fixedIps as Body[])
        .map(({ ip_address: address }) => address);
      assert.equal(new Set(addresses).size, 16);
      assert.equal(answers.filter(({ status }) => status === 409).length, 4);
    } finally {
      for (const each of controllers) await each.close();
    }
  });

  test('gives three controllers on one database no prefix of a pool twice, and has all of it again', async () => {
    const database = await server.createDatabase();
    const controllers = await Promise.all([1, 2, 3].map(() => startApi({ database })));
    const each = <T>(count: number, ask: (api: TestApi, index: number) => Promise<T>) =>
      Promise.all(Array.from({ length: count }, (_, index) => ask(controllers[index % 3] as TestApi, index)));
    try {
      const [one] = controllers as [TestApi];
      const bounds = { min_prefixlen: 60, default_prefixlen: 64 };
      const pool = await one.create('subnetpools', { name: 'p', prefixes: ['2001:db8::/60'], ...bounds });
      const networks = await each(25, (api) => api.create('networks'));
      const take = (api: TestApi, body: Body) =>
        api.call('POST', '/v2.0/subnets', { body: { subnet: { ip_version: 6, subnetpool_id: pool.id, ...body } } });
      const answers = await each(24, (api, index) => take(api, { network_id: networks[index]?.id }));
      const subnets = answers.filter(({ status }) => status === 201).map(({ json }) => json.subnet as Made);
      assert.equal(new Set(subnets.map(({ cidr }) => cidr)).size, 16);
      assert.equal(answers.filter((answer) => errorType(answer) === 'SubnetAllocationError').length, 8);
      await each(16, (api, index) => api.call('DELETE', `/v2.0/subnets/${subnets[index]?.id}`));
      assert.equal((await take(one, { network_id: networks[24]?.id, prefixlen: 60 })).status, 201);
    } finally {
      for (const controller of controllers) await controller.close();
    }
  });
});
