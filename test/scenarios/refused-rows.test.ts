/** Rows that NB refuses, for as long as a stranger's row stands in their way. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitFor } from '../../src/base/index.ts';
import { type Client, unwrap } from '../../src/client/index.ts';
import { byUuid } from '../../src/ovsdb/index.ts';
import { run } from '../../src/ovsdb/testing/index.ts';
import { type Site, withSite } from './site.ts';

interface Refused {
  readonly northbound: {
    readonly refusedKeys: number;
    readonly refused: readonly { readonly key: string; readonly message: string }[];
    readonly transactions: number;
  };
}

test('a push that NB refuses changes no answer, holds up no other, shows as progress, and is tried again (invariant 7)', () =>
  withSite({ northd: false }, async (site) => {
    const network = await aNetwork(site.api);
    await site.settle();
    await site.nb.kill();
    const [taken, free] = [
      unwrap(await site.api.ports.create({ network_id: network.id, name: 'taken' })),
      unwrap(await site.api.ports.create({ network_id: network.id, name: 'free' })),
    ];
    await occupyNames(site, [taken.id]);
    await site.nb.start();
    const ports = site.watcher.replica.table('Logical_Switch_Port');
    await site.seeNorthbound('the other port', () => ports.find(free.id as never) !== undefined);
    const shown = await waitFor('the refusal to show', async () => (await progressOf(site)).refused[0]);
    assert.equal(shown.key, `port/${taken.id}`);
    assert.match(shown.message, /constraint violation/);
    assert.deepEqual(unwrap(await site.api.ports.show(taken.id)), taken);
    await freeNames(site);
    await site.seeNorthbound('the refused port at last', () => ports.find(taken.id as never) !== undefined);
  }));

test('a few refused rows among hundreds cost a few transactions, and those that come later none (invariant 7)', () =>
  withSite({ northd: false }, async (site) => {
    const network = await aNetwork(site.api);
    await site.settle();
    await site.nb.kill();
    const before = (await progressOf(site)).transactions;
    const many = await createPorts(site.api, network.id, 400);
    const taken = [3, 200, 399].map((index) => many[index] ?? '');
    await occupyNames(site, taken);
    await site.nb.start();
    const ports = site.watcher.replica.table('Logical_Switch_Port');
    await site.seeNorthbound('all others', () => many.every((id) => taken.includes(id) || ports.find(id as never)));
    await waitFor('the refusals to show', async () => (await progressOf(site)).refusedKeys === taken.length);
    const { transactions } = await progressOf(site);
    assert.ok(transactions - before < 2 * taken.length * Math.log2(400), `${transactions - before} transactions`);

    for (let turn = 1; turn <= 5; turn += 1) {
      await Promise.all(taken.map((id) => site.api.ports.update(id, { description: `turn ${turn}` })));
      const later = await createPorts(site.api, network.id, 50);
      await site.seeNorthbound('what came later', () => later.every((id) => ports.find(id as never)));
    }
    assert.ok((await progressOf(site)).transactions - transactions <= 5);
    await waitFor(
      'one row for each in the outbox',
      () => site.controller.loops.progress().outboxDepth === taken.length,
    );
  }));

async function aNetwork(api: Client) {
  const network = unwrap(await api.networks.create({ name: 'load' }));
  unwrap(await api.subnets.create({ network_id: network.id, ip_version: 6, cidr: '2001:db8:9::/64' }));
  return network;
}

async function createPorts(api: Client, network_id: string, count: number): Promise<readonly string[]> {
  const ports = unwrap(await api.ports.createMany(Array.from({ length: count }, () => ({ network_id }))));
  return ports.map(({ id }) => id);
}

async function progressOf({ api }: Site): Promise<Refused['northbound']> {
  return (unwrap(await api.request('GET', '/healthcheck/progress')) as unknown as Refused).northbound;
}

/** Puts foreign ports of these names into NB while its server is down. */
async function occupyNames(site: Site, names: readonly string[]): Promise<void> {
  const ports = names.map((name, index) => ({
    ...{ op: 'insert', table: 'Logical_Switch_Port', row: { name }, 'uuid-name': `port${index}` },
  }));
  const uuids = ports.map((port) => ['named-uuid', port['uuid-name']]);
  const owner = { op: 'insert', table: 'Logical_Switch', row: { name: 'theirs', ports: ['set', uuids] } };
  const transaction = JSON.stringify(['OVN_Northbound', ...ports, owner]);
  await run('ovsdb-tool', ['transact', join(site.nb.directory, 'database'), transaction]);
}

async function freeNames({ watcher }: Site): Promise<void> {
  const theirs = [...watcher.replica.table('Logical_Switch').rows()].find(({ name }) => name === 'theirs');
  assert.ok(theirs);
  await watcher.transact([{ op: 'delete', table: 'Logical_Switch', where: byUuid(theirs._uuid) }]);
}
