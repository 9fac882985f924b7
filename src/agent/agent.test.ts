import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { noSwitchBecause } from '../openflow/testing/switch.ts';
import { type Fixture, patiently, reaches, startFixture, willReach } from './testing/fixture.ts';

describe('an agent, a real Open vSwitch and real guests', { skip: noSwitchBecause ?? false }, () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.removeGuests());
  after(() => fixture?.stop());

  test('wires two ports, and their guests reach each other', async () => {
    const [a, b] = [await fixture.plug(), await fixture.plug()];
    await willReach(a.guest, b.linkLocal);
    await willReach(b.guest, a.linkLocal);
  });

  test('has its configuration file as words, and so lives without the parser of YAML', () => {
    const words = readFileSync(`/proc/${fixture.host.agent.pid}/cmdline`, 'utf8').split('\0');
    assert.ok(words.includes('--host=h1'), words.join(' '));
    assert.equal(words.includes('--config'), false);
  });

  test('passes nothing for a port without an intent, and says so', async () => {
    const { host, plug, plugStranger } = fixture;
    const [a, stranger] = [await plug(), await plugStranger()];
    await waitFor('answer for the stranger', () => host.agent.log().includes('has no intent for it'));
    const { stdout } = await stranger.run('ping', '-6', '-c', '2', '-i', '0.2', '-W', '1', `${a.linkLocal}%eth0`);
    assert.match(stdout, / 0 received/);
  });

  test('passes nothing any more once the controller withdraws the port', async () => {
    const { host, plug } = fixture;
    const [a, b] = [await plug(), await plug()];
    await willReach(a.guest, b.linkLocal);
    host.feed.withdraw(b.portId);
    await waitFor('unwired', () => !host.feed.wired.has(b.portId));
    assert.equal(await reaches(a.guest, b.linkLocal), false);
    const cookies = await host.ovs.ofctl('dump-flows', 'br-hop');
    assert.doesNotMatch(
      cookies,
      new RegExp(`in_port=${await host.ovs.vsctl('get', 'Interface', b.guest.hostInterface, 'ofport')},`),
    );
  });

  test('takes the patch pair away when the guest is unplugged, and wires it again when it is back', async () => {
    const { host, plug } = fixture;
    const [a, b] = [await plug(), await plug()];
    const patch = `int${b.portId.slice(0, 11)}`;
    await b.guest.unplug();
    await waitFor('patch gone', async () => !(await host.ovs.vsctl('list-ports', 'br-int')).includes(patch));
    assert.equal(host.feed.wired.has(b.portId), false);
    await b.guest.plug();
    await waitFor('wired again', () => host.feed.wired.has(b.portId));
    await willReach(a.guest, b.linkLocal);
  });

  test('keeps guests connected while it is dead, and answers from its cache when no controller does', async () => {
    const { host, plug } = fixture;
    const [a, b] = [await plug(), await plug()];
    await willReach(a.guest, b.linkLocal);
    await host.agent.kill('SIGKILL');
    await host.feed.close();
    assert.equal(await reaches(a.guest, b.linkLocal), true);
    const { stdout: pinged } = await withPings(a.guest, b.linkLocal, async () => {
      host.startAgent();
      await waitFor(
        'an RA',
        async () => (await a.guest.run('rdisc6', '-1', '-r', '1', '-w', '200', 'eth0')).code === 0,
        patiently,
      );
    });
    assert.match(pinged, / 0% packet loss/);
    await host.feed.listen();
    await waitFor('wired again', () => host.feed.wired.has(a.portId) && host.feed.wired.has(b.portId));
  });

  test('brings connectivity back after ovs-vswitchd has lost all flows', async () => {
    const { host, plug } = fixture;
    const [a, b] = [await plug(), await plug()];
    await willReach(a.guest, b.linkLocal);
    await host.ovs.killVswitchd();
    assert.equal(await reaches(a.guest, b.linkLocal), false);
    await host.ovs.startVswitchd();
    await willReach(a.guest, b.linkLocal);
  });
});

/** Pings every 20 ms while something happens. */
async function withPings(guest: Parameters<typeof reaches>[0], address: string, task: () => Promise<void>) {
  const pings = guest.run('ping', '-6', '-q', '-i', '0.02', '-w', '2', `${address}%eth0`);
  await task();
  return pings;
}
