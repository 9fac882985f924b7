import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { advertisementFrames, type PortIntent } from './index.ts';
import { dadFrame, fixedAddress, guestMac } from './testing/frames.ts';
import { cannotHoldGuests, type GuestBridge, guestBridge } from './testing/guest-bridge.ts';
import { aMac, anAddress, aPortIntent, aPrefix, aRouterIntent, aSubnetIntent, aUuid } from './testing/intents.ts';

const skip = await cannotHoldGuests();
const peerMac = aMac('fa:16:3e:00:00:fe');
const intent: PortIntent = aPortIntent({
  mtuBytes: 1400,
  learnedAddressQuota: 6,
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

test('the addresses that the kernel made pass, and are what was learned', { skip }, async () => {
  const own = [...(await settled('fe80::')), ...(await settled('2001:db8:0:1:'))];
  assert.equal(own.length, 3);
  for (const address of await settled('2001:db8:0:1:')) assert.ok(await reaches(address), address);
  const learned = (await bridge.dump()).split('\n').filter((line) => line.includes(', table=90,'));
  assert.equal(learned.length, 3);
});

test('a fixed address passes without detection, one that the guest took without detection does not', {
  skip,
}, async () => {
  await bridge.guest('ip', 'addr', 'add', '2001:db8:0:1::5/64', 'dev', 'eth0', 'nodad');
  await bridge.guest('ip', 'addr', 'add', '2001:db8:0:1::66/64', 'dev', 'eth0', 'nodad');
  assert.ok(await reaches('2001:db8:0:1::5'));
  assert.ok(!(await reaches('2001:db8:0:1::66')));
});

test('a long packet is fragmented and put together again', { skip }, async () => {
  assert.ok(await reaches('2001:db8:0:1::5', '-s', '4000'));
});

test('an address of somebody else is detected as a duplicate, and unlearned', { skip }, async () => {
  await bridge.guest('ip', 'addr', 'add', `${peerAddress}/64`, 'dev', 'eth0');
  await waitFor('dadfailed', async () =>
    /dadfailed/.test(await bridge.guest('ip', '-6', 'addr', 'show', 'dev', 'eth0')),
  );
  await bridge.guest('ip', 'addr', 'del', `${peerAddress}/64`, 'dev', 'eth0');
  assert.match(await bridge.dump(), /, table=93, .*reg7=0xfe/);
});

test('a claim that was sent to another group is heard by who has the address, its checksum right', {
  skip,
}, async () => {
  await bridge.peer('ip', 'addr', 'add', '2001:db8:0:1::fd/64', 'dev', 'eth0', 'nodad');
  const send =
    "import socket,sys;s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW);s.bind(('eth0',0));s.send(bytes.fromhex(sys.argv[1]))";
  const claim = dadFrame('2001:db8:0:1::fd', { destination: anAddress('ff02::1:ff12:3456') });
  await bridge.guest('python3', '-c', send, Buffer.from(claim).toString('hex'));
  await waitFor('the defence', async () => /, table=93, .*reg7=0xfd,/.test(await bridge.dump()));
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
