import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { manualClock, milliseconds, silentLog, waitFor } from '../base/index.ts';
import { dumpFlows, FlowSync, type InstalledFlow, openSession, type PacketIn } from './index.ts';
import { noSwitchBecause, startSwitch, type TestSwitch } from './testing/switch.ts';

describe('with a real Open vSwitch', { skip: noSwitchBecause ?? false }, () => {
  let ovs: TestSwitch;
  let target: string;
  before(async () => {
    ovs = await startSwitch();
    await ovs.vsctl('add-br', 'br-hop', '--', 'set', 'bridge', 'br-hop', 'datapath_type=netdev', 'fail-mode=secure');
    for (const [peer, other] of [
      ['pa', 'pb'],
      ['pb', 'pa'],
    ] as const) {
      await ovs.vsctl(
        'add-port',
        'br-hop',
        peer,
        '--',
        'set',
        'interface',
        peer,
        'type=patch',
        `options:peer=${other}`,
      );
    }
    target = `unix:${ovs.managementSocket('br-hop')}`;
  });
  after(() => ovs.stop());

  const installed = async (): Promise<string[]> => {
    const flows = await dumpFlows(target);
    assert.ok(flows.ok);
    return flows.value.map(describeFlow).sort();
  };

  test('hears a packet by the cookie of its flow, and sends one out of a port', async () => {
    const heard: PacketIn[] = [];
    let ups = 0;
    const session = openSession({
      socketPath: ovs.managementSocket('br-hop'),
      log: silentLog,
      onUp: () => ups++,
      onPacketIn: (packet) => heard.push(packet),
    });
    await waitFor('session', () => session.isUp);
    const port = Number(await ovs.vsctl('get', 'interface', 'pa', 'ofport'));
    await ovs.ofctl('add-flow', 'br-hop', 'cookie=0xdeadbeef12345678,table=0,actions=controller:65535');
    const frame = Buffer.concat([Buffer.from('33330000000202000000000186dd', 'hex'), Buffer.alloc(1486, 7)]);
    // Out of one end of the patch and so in by the other: the flow sends it back here.
    assert.equal(session.packetOut(port, frame), true);
    const packet = await waitFor('packet', () => heard[0]);
    const other = Number(await ovs.vsctl('get', 'interface', 'pb', 'ofport'));
    assert.deepEqual(
      { ...packet, frame: Buffer.from(packet.frame) },
      { cookie: 0xdeadbeef12345678n, table: 0, inPort: other, frame },
    );
    assert.equal(session.packetOut(port, Buffer.alloc(0xffff)), false, 'longer than a message can be');
    session.close();
    assert.equal(session.packetOut(port, frame), false);
    assert.equal(ups, 1);
    await ovs.ofctl('del-flows', 'br-hop');
  });

  test('shows flows the ports of first fragments as long as it is up, whatever other clients set', async () => {
    const clock = manualClock();
    const session = openSession({ socketPath: ovs.managementSocket('br-hop'), log: silentLog, clock });
    const mode = async () => (await ovs.ofctl('get-frags', 'br-hop')).trim();
    await waitFor('the mode', async () => (await mode()) === 'nx-match');
    await ovs.ofctl('set-frags', 'br-hop', 'normal');
    clock.advance(milliseconds(5_000));
    await waitFor('the mode again', async () => (await mode()) === 'nx-match');
    session.close();
  });

  test('brings flows of many owners in one bundle, changes only what differs, and keeps what was learned', async () => {
    await ovs.ofctl('add-flow', 'br-hop', 'cookie=0x99,table=0,priority=3,actions=drop');
    await ovs.ofctl('add-flow', 'br-hop', 'cookie=0x99,table=9,priority=3,in_port=9,actions=drop');
    await ovs.ofctl('add-flow', 'br-hop', 'cookie=0xa,table=9,priority=3,in_port=1,actions=drop');
    const sync = new FlowSync({ target, learnedTables: [9], sharedTables: [], log: silentLog });
    sync.set(10n, ['cookie=0xa,table=0,priority=5,in_port=1 actions=resubmit(,9)']);
    sync.set(11n, ['cookie=0xb,table=0,priority=5,in_port=2 actions=drop']);
    assert.deepEqual(await sync.flush(), new Map());
    assert.deepEqual(await installed(), [
      '0xa table=0 priority=5 in_port=1 -> resubmit(,9)',
      '0xa table=9 priority=3 in_port=1 -> drop',
      '0xb table=0 priority=5 in_port=2 -> drop',
    ]);
    sync.set(11n, ['cookie=0xb,table=0,priority=6,in_port=2 actions=drop']);
    sync.remove(10n);
    assert.deepEqual(await sync.flush(), new Map());
    assert.deepEqual(await installed(), ['0xb table=0 priority=6 in_port=2 -> drop']);
  });

  test('leaves the flows of an owner alone whose flows are not known yet', async () => {
    const earlier = new FlowSync({ target, learnedTables: [9], sharedTables: [], log: silentLog });
    earlier.set(1n, ['cookie=0x1,table=0,in_port=1 actions=drop']);
    earlier.set(2n, ['cookie=0x2,table=0,in_port=2 actions=drop']);
    await earlier.flush();
    const sync = new FlowSync({ target, learnedTables: [9], sharedTables: [], log: silentLog });
    sync.retain(1n);
    assert.deepEqual(await sync.flush(), new Map());
    assert.deepEqual(await installed(), ['0x1 table=0 priority=32768 in_port=1 -> drop']);
    sync.remove(1n);
    await sync.flush();
    assert.deepEqual(await installed(), []);
  });

  test('leaves shared flows of unknown owners as long as somebody may need them', async () => {
    const options = { target, learnedTables: [9], sharedTables: [5], log: silentLog };
    const earlier = new FlowSync(options);
    earlier.set(1n, ['cookie=0x1,table=0,in_port=1 actions=resubmit(,5)']);
    earlier.set(8n, ['cookie=0x8,table=5,in_port=1 actions=drop', 'cookie=0x8,table=5,in_port=2 actions=drop']);
    earlier.set(9n, ['cookie=0x9,table=5,in_port=3 actions=drop', 'cookie=0x9,table=6,in_port=3 actions=drop']);
    await earlier.flush();
    const shared = async () => (await installed()).filter((flow) => /table=[56]/.test(flow));
    const sync = new FlowSync(options);
    sync.retain(1n);
    await sync.flush();
    assert.deepEqual(
      await shared(),
      [1, 2]
        .map((port) => `0x8 table=5 priority=32768 in_port=${port} -> drop`)
        .concat('0x9 table=5 priority=32768 in_port=3 -> drop'),
    );
    sync.set(8n, ['cookie=0x8,table=5,in_port=1 actions=drop']);
    await sync.flush();
    assert.deepEqual(await shared(), [
      '0x8 table=5 priority=32768 in_port=1 -> drop',
      '0x9 table=5 priority=32768 in_port=3 -> drop',
    ]);
    sync.remove(1n);
    await sync.flush();
    assert.deepEqual(await shared(), ['0x8 table=5 priority=32768 in_port=1 -> drop']);
    await ovs.ofctl('del-flows', 'br-hop');
  });

  test("installs the others' flows when one owner's are refused", async () => {
    const sync = new FlowSync({ target, learnedTables: [9], sharedTables: [], log: silentLog });
    sync.set(1n, ['cookie=0x1,table=0,in_port=1 actions=drop']);
    sync.set(2n, ['cookie=0x2,table=0,in_port=2 actions=no_such_action']);
    const failures = await sync.flush();
    assert.deepEqual([...failures.keys()], [2n]);
    assert.equal(failures.get(2n)?.kind, 'refused');
    assert.deepEqual(await installed(), ['0x1 table=0 priority=32768 in_port=1 -> drop']);
  });

  test('says so when the switch is away, and installs all again when it is back', async () => {
    const sync = new FlowSync({ target, learnedTables: [9], sharedTables: [], log: silentLog });
    sync.set(1n, ['cookie=0x1,table=0,in_port=5 actions=drop']);
    let ups = 0;
    const session = openSession({
      socketPath: ovs.managementSocket('br-hop'),
      log: silentLog,
      onUp: () => {
        ups++;
        sync.invalidate();
        void sync.flush();
      },
      onPacketIn: () => undefined,
    });
    await waitFor('first installation', async () => (await installed()).join().includes('in_port=5'));
    await ovs.killVswitchd();
    await waitFor('loss seen', () => !session.isUp);
    sync.set(2n, ['cookie=0x2,table=0,in_port=2 actions=drop']);
    const failures = await sync.flush();
    assert.equal(failures.get(2n)?.kind, 'unreachable');
    await ovs.startVswitchd();
    await waitFor('reinstallation', async () => (await installed()).length === 2);
    assert.equal(ups, 2);
    session.close();
  });
});

function describeFlow({ cookie, table, priority, match, actions }: InstalledFlow): string {
  const fields = [...match].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join(',');
  return `0x${cookie.toString(16)} table=${table} priority=${priority} ${fields} -> ${actions}`;
}
