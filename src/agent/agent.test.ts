import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { milliseconds, newUuid, type Uuid, waitFor } from '../base/index.ts';
import type { PortIntent } from '../firsthop/index.ts';
import { aMac, aPortIntent } from '../firsthop/testing/intents.ts';
import { formatAddress, linkLocalFromMac } from '../ip/index.ts';
import { noSwitchBecause } from '../openflow/testing/switch.ts';
import { createGuest, type TestGuest } from './testing/guest.ts';
import { startHost, type TestHost } from './testing/host.ts';

interface Plugged {
  readonly portId: Uuid;
  readonly guest: TestGuest;
  readonly linkLocal: string;
}

describe('an agent, a real Open vSwitch and real guests', { skip: noSwitchBecause ?? false }, () => {
  let host: TestHost;
  let guests: TestGuest[] = [];
  before(async () => {
    host = await startHost();
  });
  afterEach(async () => {
    for (const guest of guests) await guest.remove();
    guests = [];
  });
  after(() => host?.stop());

  const networkId = newUuid();
  let count = 0;
  const plug = async (given: Partial<PortIntent> = {}): Promise<Plugged> => {
    const mac = given.mac ?? aMac(`fa:16:3e:00:01:${(++count).toString(16).padStart(2, '0')}`);
    const portId = newUuid();
    host.feed.put(aPortIntent({ portId, mac, networkId, ...given }));
    const guest = await createGuest(host.ovs, { name: `g${count}`, portId, mac });
    guests.push(guest);
    await waitFor(`${guest.name} wired`, () => host.feed.wired.has(portId));
    return { portId, guest, linkLocal: formatAddress(linkLocalFromMac(mac)) };
  };
  const reaches = async (guest: TestGuest, address: string) =>
    (await guest.run('ping', '-6', '-c', '1', '-W', '1', `${address}%eth0`)).code === 0;
  const willReach = (guest: TestGuest, address: string) =>
    waitFor(`${guest.name} reaches ${address}`, () => reaches(guest, address));

  test('wires two ports, and their guests reach each other', async () => {
    const [a, b] = [await plug(), await plug()];
    await willReach(a.guest, b.linkLocal);
  });

  test('passes nothing for a port that the controller refuses, or withdraws', async () => {
    const [a, b] = [await plug(), await plug()];
    await willReach(a.guest, b.linkLocal);
    host.feed.withdraw(b.portId);
    await waitFor('unwired', () => !host.feed.wired.has(b.portId));
    assert.equal(await reaches(a.guest, b.linkLocal), false);
  });

  test('keeps guests connected while it is dead, and serves from its cache without a controller', async () => {
    const [a, b] = [await plug(), await plug()];
    await willReach(a.guest, b.linkLocal);
    await host.agent.kill('SIGKILL');
    await host.feed.close();
    assert.equal(await reaches(a.guest, b.linkLocal), true);
    host.startAgent();
    await waitFor('started again', () => host.agent.log().split('agent: started').length > 2, {
      within: milliseconds(3000),
    });
    assert.equal(await reaches(a.guest, b.linkLocal), true);
    await host.feed.listen();
    await waitFor('wired again', () => host.feed.wired.size >= 2);
  });
});
