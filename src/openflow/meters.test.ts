import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { silentLog, waitFor } from '../base/index.ts';
import { Meters, type OpenFlowSession, openSession } from './index.ts';
import { recordedLog } from './testing/recorded-log.ts';
import { noSwitchBecause, startSwitch, type TestSwitch } from './testing/switch.ts';

const meter = (id: number) => ({ id, packetsPerSecond: 100, burst: 200 });

describe('meters of a real Open vSwitch', { skip: noSwitchBecause ?? false }, () => {
  let ovs: TestSwitch;
  let session: OpenFlowSession;
  const { log, said } = recordedLog();
  before(async () => {
    ovs = await startSwitch();
    await ovs.vsctl('add-br', 'br-hop', '--', 'set', 'bridge', 'br-hop', 'datapath_type=netdev', 'fail-mode=secure');
    session = openSession({
      socketPath: ovs.managementSocket('br-hop'),
      log,
      onUp: () => undefined,
      onPacketIn: () => undefined,
    });
    await waitFor('session', () => session.isUp);
  });
  after(async () => {
    session.close();
    await ovs.stop();
  });

  const installed = async () => {
    const dump = await ovs.ofctl('dump-meters', 'br-hop');
    return [...dump.matchAll(/^meter=(\d+) (.*) bands=\s*type=(.*)$/gm)].map(([, ...parts]) => parts.join(' ').trim());
  };

  test('are there before a flow names them, and made right where an earlier process left others', async () => {
    await ovs.ofctl('add-meter', 'br-hop', 'meter=2,kbps,band=type=drop,rate=1');
    const meters = new Meters({ session, log });
    assert.equal(await meters.ensure([meter(1), meter(2)]), true);
    assert.deepEqual(await installed(), [
      '1 pktps burst drop rate=100 burst_size=200',
      '2 pktps burst drop rate=100 burst_size=200',
    ]);
    await ovs.ofctl('add-flow', 'br-hop', 'in_port=1 actions=meter:1,controller');
    await meters.retain(new Set([1]));
    assert.deepEqual(await installed(), ['1 pktps burst drop rate=100 burst_size=200']);
    assert.match(await ovs.ofctl('dump-flows', 'br-hop'), /meter:1/);
    assert.deepEqual(said, []);
  });

  test('are refused once, and said to be, by a switch that has none', async () => {
    const refused = recordedLog();
    const meters = new Meters({ session, log: refused.log });
    const unheardOf = meter(0xffff0001); // above OFPM_MAX
    assert.deepEqual([await meters.ensure([unheardOf]), await meters.ensure([meter(1)])], [false, false]);
    assert.deepEqual(refused.said, ['warn openflow: the switch has no meters; floods are met here']);
    assert.deepEqual(said, [], 'and not as an error of the session');
  });

  test('are not there while the session is down', async () => {
    const away = openSession({
      socketPath: `${ovs.directory}/nobody`,
      log: silentLog,
      onUp: () => undefined,
      onPacketIn: () => undefined,
    });
    assert.equal(await new Meters({ session: away, log }).ensure([meter(1)]), false);
    away.close();
  });
});
