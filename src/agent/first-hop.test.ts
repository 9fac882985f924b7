import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { newUuid, waitFor } from '../base/index.ts';
import type { AgentMessage } from '../feed/index.ts';
import { aMac, anAddress, aPortIntent, aSubnetIntent } from '../firsthop/testing/intents.ts';
import { formatAddress, linkLocalFromMac } from '../ip/index.ts';
import { noSwitchBecause } from '../openflow/testing/switch.ts';
import { icmpv6Frame } from '../packet/index.ts';
import { type Fixture, type Plugged, patiently, sendFrame, startFixture, willReach } from './testing/fixture.ts';

const stateful = aSubnetIntent({
  raMode: 'dhcpv6-stateful',
  addressMode: 'dhcpv6-stateful',
  dnsServers: [anAddress('2001:db8::53')],
  searchDomains: ['example.net'],
});
const leased = '2001:db8:0:1::42';

describe('the first hop of real guests', { skip: noSwitchBecause ?? false }, () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.removeGuests());
  after(() => fixture?.stop());

  type Report = Extract<AgentMessage, { kind: 'report' }>;
  const reports = () => fixture.host.feed.heard.filter((message): message is Report => message.kind === 'report');
  const dropped = ({ portId }: Plugged, reason: string) =>
    reports()
      .flatMap(({ drops }) => drops)
      .findLast((drop) => drop.portId === portId && drop.reason === reason)?.packets ?? 0;
  const bound = ({ portId }: Plugged) => (fixture.host.feed.intentOf(portId)?.boundAddresses ?? []).map(formatAddress);

  test('gives a stock guest its address and its default route', async () => {
    const { guest } = await fixture.plug();
    const address = await waitFor('address', async () => (await guest.globalAddresses())[0], patiently);
    assert.match(address, /^2001:db8:0:1:f816:3eff:fe00:1/);
    const routes = await guest.must('ip', '-6', 'route', 'show', 'default');
    assert.match(routes, /^default via fe80::f816:3eff:fe00:fe dev eth0 proto ra/);
  });

  test('answers a solicitation to the port that asked, and within milliseconds', async () => {
    const { guest } = await fixture.plug();
    const answer = await waitFor('RA', async () => {
      const { code, stdout } = await guest.run('rdisc6', '-1', '-w', '1000', 'eth0');
      return code === 0 && stdout;
    });
    assert.match(answer, /Prefix +: 2001:db8:0:1::\/64/);
    assert.match(answer, /MTU +: +1442 bytes/);
  });

  test('leases by DHCPv6 to dhclient, and reports the lease', async () => {
    const { guest, portId } = await fixture.plug({
      subnets: [stateful],
      fixedAddresses: [{ subnetId: stateful.id, address: anAddress(leased) }],
    });
    await linkLocalIsThere(guest);
    const directory = mkdtempSync(join(tmpdir(), 'dhclient-'));
    writeFileSync(
      join(directory, 'script'),
      '#!/bin/sh\n[ -z "$new_ip6_address" ] || ip addr add $new_ip6_address/128 dev $interface\n',
      { mode: 0o755 },
    );
    await guest.must(
      ...['timeout', '20', 'dhclient', '-6', '-1', '-sf', join(directory, 'script')],
      ...['-lf', join(directory, 'leases'), '-pf', join(directory, 'pid'), 'eth0'],
    );
    await waitFor('address in use', async () => (await guest.globalAddresses()).includes(leased));
    const lease = await waitFor('report', () =>
      reports()
        .flatMap(({ leases }) => leases)
        .find((one) => one.portId === portId),
    );
    assert.equal(lease.address, leased);
    assert.ok(lease.expiresAt > Date.now());
  });

  test('leases by DHCPv6 to dhcpcd', async () => {
    const { guest } = await fixture.plug({
      subnets: [stateful],
      fixedAddresses: [{ subnetId: stateful.id, address: anAddress(leased) }],
    });
    await linkLocalIsThere(guest);
    const script =
      'mount -t tmpfs t /run; mount -t tmpfs t /var/lib/dhcpcd; exec dhcpcd -6 -B --nohook resolv.conf eth0';
    guest.start('unshare', '-m', 'sh', '-c', script);
    await waitFor('address in use', async () => (await guest.globalAddresses()).includes(leased), patiently);
  });

  test('admits privacy and stable-opaque addresses, once they are granted', async () => {
    const settings = { use_tempaddr: '2', addr_gen_mode: '3' };
    const a = await fixture.plug({}, settings);
    const b = await fixture.plug();
    const mine = await waitFor(
      'a stable and a temporary address',
      async () => {
        const addresses = await a.guest.globalAddresses();
        return addresses.length >= 2 && addresses;
      },
      patiently,
    );
    assert.ok(mine.every((address) => !address.includes('ff:fe')));
    const [theirs = ''] = await waitFor(
      'address',
      async () => {
        const addresses = await b.guest.globalAddresses();
        return addresses.length > 0 && addresses;
      },
      patiently,
    );
    for (const address of mine) {
      await willReach(a.guest, theirs);
      await willReach(b.guest, address);
    }
    await waitFor('the grant', () => mine.every((address) => bound(a).includes(address)), patiently);
  });

  test('admits what was granted again after ovs-vswitchd and the agent have both started anew', async () => {
    const { host, plug } = fixture;
    const a = await plug({}, { addr_gen_mode: '3' });
    const b = await plug();
    const [mine = ''] = await willHaveAddress(a);
    const [theirs = ''] = await willHaveAddress(b);
    await willReach(a.guest, theirs);
    await waitFor('the grant', () => bound(a).includes(mine), patiently);
    await host.agent.kill('SIGTERM');
    await host.ovs.killVswitchd();
    await host.ovs.startVswitchd();
    host.startAgent();
    await willReach(a.guest, theirs);
    await willReach(b.guest, mine);
  });

  test('admits a link-local address whose detection was over before the port was wired', async () => {
    const { host, plug } = fixture;
    const peer = await plug();
    await host.agent.kill('SIGTERM');
    const late = plug({}, { addr_gen_mode: '3', dad_transmits: '0' });
    host.startAgent();
    const { guest } = await late;
    const shown = await guest.must('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'link');
    const [, linkLocal = ''] = /inet6 (fe80:[0-9a-f:]+)/.exec(shown) ?? [];
    await waitFor(
      'an RA',
      async () => (await guest.run('rdisc6', '-1', '-r', '1', '-w', '500', 'eth0')).code === 0,
      patiently,
    );
    await willReach(peer.guest, linkLocal);
  });

  test('holds the quota of granted addresses', async () => {
    const a = await fixture.plug({ learnedAddressQuota: 4 });
    await waitFor('address', async () => (await a.guest.globalAddresses())[0], patiently);
    for (let host = 1; host <= 12; host++)
      await a.guest.must('ip', 'addr', 'add', `2001:db8:0:1::${host}/64`, 'dev', 'eth0');
    await waitFor('drops', () => dropped(a, 'learned-address-quota') > 0, patiently);
    assert.ok(bound(a).length <= 4, bound(a).join());
  });

  test('drops what a guest advertises as a router, and counts it', async () => {
    const [rogue, victim] = [await fixture.plug(), await fixture.plug()];
    await waitFor('address', async () => (await victim.guest.globalAddresses())[0], patiently);
    await sendFrame(rogue.guest, rogueAdvertisement(rogue.mac));
    await waitFor('the drop, reported', () => dropped(rogue, 'rogue-ra') > 0, patiently);
    const routes = await victim.guest.must('ip', '-6', 'route', 'show', 'default');
    assert.doesNotMatch(routes, new RegExp(rogue.linkLocal));
  });

  test('tells guests of a change at once', async () => {
    const { guest, intent } = await fixture.plug();
    await waitFor('address', async () => (await guest.globalAddresses())[0], patiently);
    const second = aSubnetIntent({
      id: newUuid(),
      prefix: { ...stateful.prefix, address: anAddress('2001:db8:0:2::') },
    });
    fixture.host.feed.put(
      aPortIntent({
        ...intent,
        revision: 2,
        subnets: [...intent.subnets, second],
        routers: intent.routers.map((router) => ({ ...router, subnetIds: [...router.subnetIds, second.id] })),
      }),
    );
    await waitFor(
      'second address',
      async () => (await guest.globalAddresses()).some((one) => one.startsWith('2001:db8:0:2:')),
      patiently,
    );
  });
});

function willHaveAddress({ guest }: Plugged): Promise<readonly string[]> {
  return waitFor(
    `address of ${guest.name}`,
    async () => {
      const addresses = await guest.globalAddresses();
      return addresses.length > 0 && addresses;
    },
    patiently,
  );
}

async function linkLocalIsThere(guest: Plugged['guest']): Promise<void> {
  await waitFor('link-local address', async () => {
    const shown = await guest.must('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'link');
    return shown.includes('inet6') && !shown.includes('tentative');
  });
}

function rogueAdvertisement(mac: Plugged['mac']): Uint8Array {
  return icmpv6Frame(
    {
      kind: 'router-advertisement',
      hopLimit: 64,
      managed: false,
      otherConfiguration: false,
      preference: 'high',
      routerLifetimeSeconds: 1800,
      reachableTimeMilliseconds: 0,
      retransmitTimerMilliseconds: 0,
      options: [],
    },
    {
      source: linkLocalFromMac(mac),
      destination: anAddress('ff02::1'),
      sourceMac: mac,
      destinationMac: aMac('33:33:00:00:00:01'),
    },
  );
}
