import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { advertisementFrames, announcementFrame, denialFrame, type PortIntent, probeFrame } from './index.ts';
import { fixedAddress, guestMac } from './testing/frames.ts';
import { cannotHoldGuests, type GuestBridge, guestBridge } from './testing/guest-bridge.ts';
import { aMac, anAddress, aPortIntent, aPrefix, aRouterIntent, aSubnetIntent, aUuid } from './testing/intents.ts';

const skip = await cannotHoldGuests();
const peerMac = aMac('fa:16:3e:00:00:fe');
const intent: PortIntent = aPortIntent({
  mtuBytes: 1400,
  fixedAddresses: [{ subnetId: aUuid(200), address: fixedAddress }],
  subnets: [aSubnetIntent({ dnsServers: [anAddress('2001:db8::53')] })],
});
const peerAddress = '2001:db8:0:1::fe';

let bridge: GuestBridge;

before(async () => {
  if (skip) return;
  bridge = await guestBridge({ guest: guestMac, peer: peerMac });
  await bridge.wire(intent);
  await bridge.peer('ip', 'link', 'set', 'eth0', 'up');
  await bridge.peer('ip', 'addr', 'add', `${peerAddress}/64`, 'dev', 'eth0', 'nodad');
  // As a stock desktop or server guest: RFC 7217 link-local and stable addresses, RFC 8981 temporary ones.
  await bridge.guest('sysctl', '-qw', 'net.ipv6.conf.eth0.addr_gen_mode=3', 'net.ipv6.conf.eth0.use_tempaddr=2');
  await bridge.guest('ip', 'link', 'set', 'eth0', 'up');
});

after(() => (skip ? undefined : bridge.stop()));

test('a stock kernel configures itself from the advertisement', { skip }, async () => {
  await waitFor('the link-local address', async () => (await settled('fe80::')).length === 1);
  for (const frame of advertisementFrames(intent, guestMac)) await bridge.packetOut(frame);
  await waitFor('a stable and a temporary address', async () => (await settled('2001:db8:0:1:')).length === 2);
  assert.match(await bridge.guest('ip', '-6', 'route'), /default via fe80::f816:3eff:fe00:fe dev eth0 proto ra/);
  assert.equal((await bridge.guest('sysctl', '-n', 'net.ipv6.conf.eth0.mtu')).trim(), '1400');
});

test('the addresses that the kernel made pass once they are bound to the port, and not before', { skip }, async () => {
  const own = [...(await settled('fe80::')), ...(await settled('2001:db8:0:1:'))];
  assert.equal(own.length, 3);
  const [stable = ''] = await settled('2001:db8:0:1:');
  assert.ok(!(await reaches(stable)));
  await bridge.wire({ ...intent, boundAddresses: own.map(anAddress) });
  for (const address of await settled('2001:db8:0:1:')) await waitFor(`${address} to pass`, () => reaches(address));
});

test('a fixed address passes without detection', { skip }, async () => {
  await bridge.guest('ip', 'addr', 'add', '2001:db8:0:1::5/64', 'dev', 'eth0', 'nodad');
  assert.ok(await reaches('2001:db8:0:1::5'));
});

test('a long packet is fragmented and put together again', { skip }, async () => {
  assert.ok(await reaches('2001:db8:0:1::5', '-s', '4000'));
});

test('a stock kernel takes the denial of the first hop for a duplicate', { skip }, async () => {
  const address = '2001:db8:0:1::77';
  await bridge.guest('ip', 'addr', 'add', `${address}/64`, 'dev', 'eth0');
  await waitFor('dadfailed', async () => {
    await bridge.packetOut(denialFrame(anAddress(address)));
    return /dadfailed/.test(await bridge.guest('ip', '-6', 'addr', 'show', 'dev', 'eth0'));
  });
  await bridge.guest('ip', 'addr', 'del', `${address}/64`, 'dev', 'eth0');
});

test('a neighbour of whose address the guest was denied stays where it is', { skip }, async () => {
  const [denied, moved] = ['2001:db8:0:1::77', '2001:db8:0:1::78'];
  for (const address of [denied, moved])
    await bridge.guest('ip', 'neighbour', 'replace', address, 'lladdr', peerMac, 'nud', 'reachable', 'dev', 'eth0');
  await bridge.packetOut(denialFrame(anAddress(denied)));
  await bridge.packetOut(announcementFrame(anAddress(moved), aMac('fa:16:3e:00:00:ab')));
  const neighbour = (address: string) => bridge.guest('ip', '-6', 'neighbour', 'show', 'to', address, 'dev', 'eth0');
  await waitFor('the announcement after it', async () => /fa:16:3e:00:00:ab/.test(await neighbour(moved)));
  assert.match(await neighbour(denied), new RegExp(peerMac));
});

test('a stock kernel answers when it is asked whether it has an address, and only then', { skip }, async () => {
  const answers = async () => {
    const flows = await bridge.dump();
    return Number(/n_packets=(\d+),[^\n]*table=133,/.exec(flows)?.[1] ?? /table=133, n_packets=(\d+)/.exec(flows)?.[1]);
  };
  await bridge.packetOut(probeFrame(anAddress('2001:db8:0:1::77'), guestMac));
  await bridge.packetOut(probeFrame(fixedAddress, guestMac));
  await waitFor('the answer', async () => (await answers()) > 0);
  assert.equal(await answers(), 1);
});

test('a guest learns of more prefixes than one advertisement holds', { skip }, async () => {
  const subnets = Array.from({ length: 60 }, (_, index) =>
    aSubnetIntent({ id: aUuid(1000 + index), prefix: aPrefix(`2001:db8:1:${index.toString(16)}::/64`) }),
  );
  const routers = [aRouterIntent({ subnetIds: subnets.map(({ id }) => id) })];
  for (const frame of advertisementFrames({ ...intent, subnets, routers }, guestMac)) await bridge.packetOut(frame);
  await waitFor('60 routes', async () => {
    const routes = await bridge.guest('ip', '-6', 'route');
    return routes.split('\n').filter((route) => route.startsWith('2001:db8:1:')).length === 60;
  });
});

async function reaches(source: string, ...options: string[]): Promise<boolean> {
  const ping = ['ping', '-6', '-c', '1', '-W', '1', '-I', source, ...options, peerAddress];
  return bridge.guest(...ping).then(
    () => true,
    () => false,
  );
}

/** The guest's addresses that begin so, and that duplicate address detection is done with. */
async function settled(start: string): Promise<readonly string[]> {
  const shown = await bridge.guest('ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0', '-tentative');
  const all = [...shown.matchAll(/inet6 ([0-9a-f:]+)\//g)].map(([, address]) => address ?? '');
  return all.filter((address) => address.startsWith(start));
}
