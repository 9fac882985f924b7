import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { noSwitchBecause } from '../openflow/testing/switch.ts';
import { type Fixture, type Plugged, patiently, startFixture } from './testing/fixture.ts';

/** Solicits without end, as fast as it can: hand-made, as no stock program does it. */
const flood = `
import socket
frame = bytes.fromhex('333300000002' '02000000000a' '86dd' '6000000000083aff'
  'fe800000000000000000000000000001' 'ff020000000000000000000000000002' '85007d3700000000')
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('eth0', 0))
while True:
  s.send(frame)
`;

describe('a guest that floods', { skip: noSwitchBecause ?? false }, () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  after(async () => {
    await fixture?.removeGuests();
    await fixture?.stop();
  });

  /** Packets that the port's meter has dropped; undefined when the port has none. */
  async function dropped({ guest }: Plugged): Promise<number | undefined> {
    const { ovs } = fixture.host;
    const port = await ovs.vsctl('get', 'Interface', guest.hostInterface, 'ofport');
    const shown = await ovs.ofctl('meter-stats', 'br-hop');
    const [, packets] = new RegExp(`meter:${port} .*\\s+0: packet_count:(\\d+)`).exec(shown) ?? [];
    return packets === undefined ? undefined : Number(packets);
  }

  async function isAnswered({ guest }: Plugged): Promise<boolean> {
    return (await guest.run('rdisc6', '-1', '-r', '3', '-w', '2000', 'eth0')).code === 0;
  }

  test('is held back by the switch, and its neighbour is answered meanwhile', async () => {
    const portSecurityEnabled = false; // any source MAC will do
    const [noisy, quiet] = [await fixture.plug({ portSecurityEnabled }), await fixture.plug()];
    noisy.guest.start('python3', '-c', flood);
    await waitFor('the flood to be held back', async () => ((await dropped(noisy)) ?? 0) > 1_000, patiently);
    await waitFor('an answer', () => isAnswered(quiet), patiently);
    assert.equal(await dropped(quiet), 0);
  });

  test('loses its meters with its port, and has them again after ovs-vswitchd restarted', async () => {
    const { host } = fixture;
    const [left, stays] = [await fixture.plug(), await fixture.plug()];
    const meters = async () => (await host.ovs.ofctl('dump-meters', 'br-hop')).match(/^meter=/gm)?.length ?? 0;
    const all = await meters();
    await left.guest.unplug();
    const ofEach = 3;
    await waitFor('its meters to go', async () => (await meters()) === all - ofEach, patiently);
    await host.ovs.killVswitchd();
    await host.ovs.startVswitchd();
    await waitFor('the others again', async () => (await meters()) === all - ofEach, patiently);
    await waitFor(
      'flows',
      async () => /meter:\d+,CONTROLLER/.test(await host.ovs.ofctl('dump-flows', 'br-hop')),
      patiently,
    );
    await waitFor('an answer', () => isAnswered(stays), patiently);
  });
});
