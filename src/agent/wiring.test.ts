import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { newUuid, silentLog, systemClock, type Uuid, waitFor } from '../base/index.ts';
import { splitIntent } from '../firsthop/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { dumpFlows, FlowSync } from '../openflow/index.ts';
import { noSwitchBecause, startSwitch, type TestSwitch } from '../openflow/testing/switch.ts';
import { parseEndpoint } from '../ovsdb/index.ts';
import { intentCache } from './cache.ts';
import { IntentBook } from './intent-book.ts';
import { type LocalDatabase, openLocalDatabase } from './local-database.ts';
import { type ServedPort, uuidCookie } from './plan.ts';
import { nothingCached, takeIn } from './testing/books.ts';
import { Wiring } from './wiring.ts';

const names = { hop: 'br-hop', integration: 'br-int' };

describe('wiring on a real Open vSwitch', { skip: noSwitchBecause ?? false }, () => {
  let ovs: TestSwitch;
  let target: string;
  let database: LocalDatabase;
  before(async () => {
    ovs = await startSwitch();
    target = `unix:${ovs.managementSocket('br-hop')}`;
    const endpoint = parseEndpoint(ovs.database);
    assert.ok(endpoint);
    database = openLocalDatabase([endpoint], { log: silentLog });
  });
  after(async () => {
    await database?.close();
    await ovs?.stop();
  });

  let book: IntentBook;
  let heard: string[];
  beforeEach(() => {
    book = new IntentBook(nothingCached, intentCache(mkdtempSync(join(tmpdir(), 'agent-')), silentLog));
    heard = [];
  });

  const start = (compile = straightThrough) => {
    const flows = new FlowSync({ target, learnedTables: [], sharedTables: [], log: silentLog });
    const wiring = new Wiring({
      ...{
        names,
        database,
        flows,
        meters: { ensure: () => Promise.resolve(false), retain: () => Promise.resolve() },
        book,
        compile,
        compileNetwork: () => [],
        log: silentLog,
        clock: systemClock,
      },
      listener: {
        looked: () => undefined,
        known: () => undefined,
        plugged: (ports) => heard.push(...ports.map(({ portId }) => `plugged ${portId}`)),
        unplugged: (portIds) => heard.push(...portIds.map((portId) => `unplugged ${portId}`)),
        served: ({ intent }) => heard.push(`served ${intent.portId} ${intent.revision}`),
        linkUp: () => undefined,
        released: (portId) => heard.push(`released ${portId}`),
        wired: (ports) => heard.push(...ports.map(({ portId, revision }) => `wired ${portId} ${revision}`)),
        unwired: (portIds) => heard.push(...portIds.map((portId) => `unwired ${portId}`)),
      },
    });
    return { wiring, flows };
  };
  const plug = (portId: Uuid) =>
    ovs.vsctl(
      ...['add-port', 'br-hop', `tap${portId.slice(0, 8)}`, '--', 'set', 'Interface', `tap${portId.slice(0, 8)}`],
      ...['type=internal', `external_ids:iface-id=${portId}`],
    );
  const unplug = (portId: Uuid) => ovs.vsctl('del-port', `tap${portId.slice(0, 8)}`);
  const flowsOf = async (portId: Uuid) => {
    const dump = await dumpFlows(target);
    assert.ok(dump.ok);
    return dump.value.filter(({ cookie }) => cookie === uuidCookie(portId)).length;
  };

  test('waits for the integration bridge, then makes the hop bridge, secure', async () => {
    const { wiring } = start();
    await database.synchronised();
    await ovs.vsctl('add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev', 'fail_mode=secure');
    await waitFor('hop bridge', () => ovs.vsctl('br-exists', 'br-hop').then(() => true));
    assert.equal(await ovs.vsctl('get', 'Bridge', 'br-hop', 'fail_mode', 'datapath_type'), 'secure\nnetdev');
    await wiring.stop();
  });

  test('makes a bridge secure that was there before, and then installs flows that stay', async () => {
    await ovs.vsctl('set', 'Bridge', 'br-hop', 'fail_mode=standalone');
    const portId = newUuid();
    await plug(portId);
    takeIn(book, aPortIntent({ portId }));
    const { wiring } = start();
    await waitFor('wired', () => wiring.wired.size === 1);
    assert.equal(await ovs.vsctl('get', 'Bridge', 'br-hop', 'fail_mode'), 'secure');
    assert.equal(await flowsOf(portId), 2);
    assert.doesNotMatch(await ovs.ofctl('dump-flows', 'br-hop'), /NORMAL/);
    await unplug(portId);
    await waitFor('unplugged', () => wiring.plugged.size === 0);
    await wiring.stop();
  });

  test('wires a plugged port: flows, then the patch with its iface-id, then the report', async () => {
    const { wiring } = start();
    const portId = newUuid();
    await plug(portId);
    await waitFor('plugged', () => heard.includes(`plugged ${portId}`));
    assert.equal(await flowsOf(portId), 0);
    takeIn(book, aPortIntent({ portId, revision: 7 }));
    wiring.wake();
    await waitFor('wired', () => heard.includes(`wired ${portId} 7`));
    assert.deepEqual(heard, [`plugged ${portId}`, `served ${portId} 7`, `wired ${portId} 7`]);
    assert.equal(await flowsOf(portId), 2);
    const patch = `int${portId.slice(0, 11)}`;
    assert.equal(await ovs.vsctl('get', 'Interface', patch, 'external_ids:iface-id', 'type'), `"${portId}"\npatch`);
    assert.equal(await ovs.vsctl('iface-to-br', patch), 'br-int');

    await unplug(portId);
    await waitFor('unwired', () => heard.includes(`unwired ${portId}`));
    await waitFor('patch gone', async () => !(await ovs.vsctl('list-ports', 'br-int')).includes(patch));
    assert.deepEqual(heard.slice(3), [`unplugged ${portId}`, `released ${portId}`, `unwired ${portId}`]);
    assert.equal(await flowsOf(portId), 0);
    assert.equal(await ovs.vsctl('list-ports', 'br-hop'), '');
    await wiring.stop();
  });

  test('takes flows and patch of a refused port away, and of one that is administratively down', async () => {
    const { wiring } = start();
    const [refused, down] = [newUuid(), newUuid()];
    for (const portId of [refused, down]) {
      await plug(portId);
      takeIn(book, aPortIntent({ portId }));
    }
    wiring.wake();
    await waitFor('both wired', () => wiring.wired.size === 2);
    book.refuse(refused);
    takeIn(book, aPortIntent({ portId: down, revision: 2, adminStateUp: false }));
    wiring.wake();
    await waitFor('both unwired', () => wiring.wired.size === 0);
    await waitFor('patches gone', async () => (await ovs.vsctl('list-ports', 'br-int')) === '');
    assert.deepEqual([await flowsOf(refused), await flowsOf(down)], [0, 2]); // the latter's say why they drop
    await Promise.all([unplug(refused), unplug(down)]);
    await waitFor('unplugged', () => wiring.plugged.size === 0);
    await wiring.stop();
  });

  test('writes nothing when everything is in place already', async () => {
    const { wiring } = start();
    const portId = newUuid();
    await plug(portId);
    takeIn(book, aPortIntent({ portId }));
    wiring.wake();
    await waitFor('wired', () => wiring.wired.size === 1);
    const revision = database.replica.revision;
    wiring.wake();
    await wiring.stop();
    assert.equal(database.replica.revision, revision);
    assert.equal(heard.length, 3);

    const { wiring: restarted } = start();
    await waitFor('wired after a restart', () => restarted.wired.size === 1);
    assert.equal(database.replica.revision, revision);
    await restarted.stop();
    await unplug(portId);
  });

  test('leaves flows and patch alone after a restart until it knows what they should be', async () => {
    const { wiring } = start();
    const portId = newUuid();
    await plug(portId);
    takeIn(book, aPortIntent({ portId }));
    wiring.wake();
    await waitFor('wired', () => wiring.wired.size === 1);
    await wiring.stop();

    book = new IntentBook(nothingCached, intentCache(mkdtempSync(join(tmpdir(), 'agent-')), silentLog));
    const { wiring: restarted } = start();
    await waitFor('seen', () => restarted.plugged.has(portId));
    restarted.wake();
    await restarted.stop();
    assert.equal(await flowsOf(portId), 2);
    assert.match(await ovs.vsctl('list-ports', 'br-int'), /^int/);

    const { wiring: again } = start();
    await waitFor('seen', () => again.plugged.has(portId));
    book.refuse(portId);
    again.wake();
    await waitFor('patch gone', async () => (await ovs.vsctl('list-ports', 'br-int')) === '');
    assert.equal(await flowsOf(portId), 0);
    await again.stop();
    await unplug(portId);
  });

  test('applies a changed network to all its ports, and lets packets of guests be answered in between', async () => {
    const work: string[] = [];
    const { wiring } = start((port) => {
      const since = performance.now();
      while (performance.now() - since < 2); // more than a turn may take
      work.push('port');
      setImmediate(() => work.push('turn'));
      return straightThrough(port);
    });
    const portIds = [newUuid(), newUuid(), newUuid()];
    for (const portId of portIds) {
      await plug(portId);
      takeIn(book, aPortIntent({ portId }));
    }
    wiring.wake();
    await waitFor('all wired', () => wiring.wired.size === 3);
    work.splice(0);
    const { network } = splitIntent(aPortIntent());
    book.acceptNetwork({ ...network, revision: 2, mtuBytes: 1300 });
    wiring.wake();
    await waitFor('all wired as changed', () => [...wiring.wired.values()].every((revision) => revision === 2));
    assert.deepEqual(work, ['port', 'turn', 'port', 'turn', 'port', 'turn']);
    assert.deepEqual(
      [...wiring.served.values()].map(({ intent }) => intent.mtuBytes),
      [1300, 1300, 1300],
    );
    await Promise.all(portIds.map(unplug));
    await waitFor('unplugged', () => wiring.plugged.size === 0);
    await wiring.stop();
  });

  test('installs flows again at once after ovs-vswitchd restarted', async () => {
    const { wiring, flows } = start();
    const portId = newUuid();
    await plug(portId);
    takeIn(book, aPortIntent({ portId }));
    wiring.wake();
    await waitFor('wired', () => wiring.wired.size === 1);
    await ovs.killVswitchd();
    await ovs.startVswitchd();
    await waitFor('bridge back', () => ovs.ofctl('show', 'br-hop').then(() => true));
    flows.invalidate();
    wiring.wake();
    await waitFor('flows back', async () => (await flowsOf(portId)) === 2);
    assert.equal(wiring.wired.size, 1);
    await wiring.stop();
  });
});

/** The least that a first hop could do: everything passes, both ways. */
function straightThrough({ cookie, guestPort, patchPort }: ServedPort): readonly string[] {
  const head = `cookie=0x${cookie.toString(16)},table=0`;
  return [
    `${head},in_port=${guestPort} actions=output:${patchPort}`,
    `${head},in_port=${patchPort} actions=output:${guestPort}`,
  ];
}
