/** NB belongs to one store: another one, or one that was emptied, neither prunes it nor adds to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../src/base/index.ts';
import { unwrap } from '../../src/client/index.ts';
import { recordedLog } from '../../src/openflow/testing/recorded-log.ts';
import type { Operation } from '../../src/ovsdb/index.ts';
import { type Dump, type Site, withSite } from './site.ts';

const portCount = 300;

/** A network with ports, all of them in NB. */
async function fill(site: Site, count = portCount): Promise<Dump> {
  const network = unwrap(await site.api.networks.create({ name: 'blue' }));
  const ports = Array.from({ length: count }, (_, index) => ({ network_id: network.id, name: `port ${index}` }));
  unwrap(await site.api.request('POST', '/v2.0/ports', { ports }));
  await site.settle();
  const dump = site.dump();
  assert.equal(portsIn(dump), count);
  return dump;
}

function portsIn(dump: Dump): number {
  return Object.keys(dump.Logical_Switch_Port ?? {}).length;
}

function markOf({ watcher }: Site): string | undefined {
  const [row] = watcher.replica.table('NB_Global').rows();
  return row?.external_ids['sextant:store'];
}

/** Changes the mark behind the controller's back; undefined takes it away. */
async function setMark({ watcher }: Site, mark: string | undefined, ...more: readonly Operation[]): Promise<void> {
  const external_ids = mark === undefined ? {} : { 'sextant:store': mark };
  const answer = await watcher.transact([
    { op: 'update', table: 'NB_Global', where: [], row: { external_ids } },
    ...more,
  ]);
  assert.ok(answer.ok);
}

async function empty({ nb }: Site): Promise<void> {
  await nb.kill();
  await nb.erase();
  await nb.start();
}

/** Resolves when a controller says that it leaves NB alone for such a reason. */
async function seeRefusal({ health }: Pick<Site, 'health'>, reason: RegExp): Promise<void> {
  await waitFor(`the refusal ${reason}`, async () => reason.test((await health()).reasons.northbound ?? ''));
}

/** Why the controller says that it writes nothing, in all places where an operator looks. */
async function refusalOf(site: Site): Promise<string> {
  const health = await waitFor('the refusal in the health', async () => {
    const { status, reasons } = await site.health();
    return status === 503 && reasons;
  });
  const progress = unwrap(await site.api.request('GET', '/healthcheck/progress')) as unknown as {
    readonly northbound: { readonly ready: boolean; readonly refusal: string };
  };
  const { ready, refusal } = progress.northbound;
  assert.deepEqual([ready, refusal], [false, health.northbound]);
  return refusal;
}

test('an empty store leaves a full NB as it is, says so and the way out, and takes it over when told to', () =>
  withSite({ northd: false }, async (site) => {
    const full = await fill(site);
    const [first, { log, said }] = [markOf(site), recordedLog()];
    await site.restart({ store: 'empty.db', log });
    assert.match(await refusalOf(site), new RegExp(`belongs to the store ${first}.*--adopt-nb`));
    unwrap(await site.api.networks.create({ name: 'later' }));
    site.controller.loops.requestScan();
    await refusalOf(site);
    assert.deepEqual([site.dump(), markOf(site)], [full, first]);
    assert.equal(await site.feedStatus(), 503, 'agents are not told that their ports are gone');
    assert.equal(said.filter((line) => line.includes('--adopt-nb')).length, 1);
    const told = recordedLog();
    await site.restart({ store: 'empty.db', adoptNorthbound: true, log: told.log });
    await site.settle();
    assert.deepEqual(
      told.said.filter((line) => line.includes('taken over')),
      // Besides the ports their network, its project's default group with its addresses, and what drops the rest.
      [`warn northbound: NB is taken over, ${portCount + 4} things that this store does not know are deleted`],
    );
    const left = { switches: Object.keys(site.dump().Logical_Switch ?? {}).length, ports: portsIn(site.dump()) };
    assert.deepEqual(left, { switches: 1, ports: 0 });
    assert.equal((await site.health()).status, 200);
    assert.notEqual(markOf(site), first);
    assert.equal(await site.feedStatus(), 426);
    await site.restart();
    await refusalOf(site);
  }));

test('rows that an older version wrote, without a mark, are taken by the store that knows them and by no other', () =>
  withSite({ northd: false }, async (site) => {
    const full = await fill(site, 3);
    const first = markOf(site);
    await setMark(site, undefined);
    await site.seeNorthbound('the mark to be back', () => markOf(site) === first);
    await site.controller.stop();
    await setMark(site, undefined);
    await site.restart({ store: 'empty.db' });
    assert.match(await refusalOf(site), /knows none of them.*--adopt-nb/);
    assert.deepEqual([site.dump(), markOf(site)], [full, undefined]);
    await site.restart();
    await site.seeNorthbound('the mark to be back', () => markOf(site) === first);
    assert.deepEqual(site.dump(), full);
  }));

test('a mark that changes while the controller runs stops it at once, and it goes on when it has NB back', () =>
  withSite({ northd: false }, async (site) => {
    const full = await fill(site, 3);
    const [ours, theirs] = [markOf(site), '99999999-9999-4999-8999-999999999999'];
    await setMark(site, theirs);
    await site.api.networks.create({ name: 'later' });
    assert.match(await refusalOf(site), new RegExp(`belongs to the store ${theirs}`));
    assert.deepEqual(site.dump(), full);
    await setMark(site, ours);
    await site.seeNorthbound(
      'what was made meanwhile',
      () => Object.keys(site.dump().Logical_Switch ?? {}).length === 2,
    );
    assert.equal((await site.health()).status, 200);
  }));

test('an NB that was emptied is rebuilt and marked again', () =>
  withSite({ northd: false }, async (site) => {
    const full = await fill(site, 3);
    const ours = markOf(site);
    await empty(site);
    await site.seeNorthbound('all rows and the mark', () => portsIn(site.dump()) === 3 && markOf(site) === ours);
    await site.settle();
    assert.deepEqual(site.dump(), full);
  }));

test('an NB that is emptied under two running controllers is always that of the store that had it', () =>
  withSite({ northd: false }, async (site) => {
    await fill(site);
    const ours = markOf(site);
    const other = await site.startBeside({ store: 'other.db' });
    await seeRefusal(other, /belongs to the store/);
    for (let round = 0; round < 5; round += 1) {
      await empty(site);
      await site.seeNorthbound('all rows', () => portsIn(site.dump()) === portCount && markOf(site) === ours);
      await site.settle();
      assert.equal((await site.health()).status, 200);
      await seeRefusal(other, /belongs to the store/);
    }
  }));

test('a controller that was refused leaves an emptied NB alone also while the other store is away', () =>
  withSite({ northd: false }, async (site) => {
    const full = await fill(site, 3);
    const ours = markOf(site);
    const other = await site.startBeside({ store: 'other.db' });
    await seeRefusal(other, /belongs to the store/);
    await site.controller.stop();
    await empty(site);
    await seeRefusal(other, /left to the store that it belonged to.*restart the controller.*--adopt-nb/);
    await site.restart();
    await site.seeNorthbound('all rows', () => portsIn(site.dump()) === 3 && markOf(site) === ours);
    await site.settle();
    assert.deepEqual(site.dump(), full);
    await seeRefusal(other, new RegExp(`belongs to the store ${ours}`));
  }));
