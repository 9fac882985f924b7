import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { anAddress, aPrefix, groupMac, linkLocalStation, parseFrame } from '../../gaps/workbench/frames.ts';
import { type Network, type Port, unwrap } from '../../src/client/index.ts';
import { formatAddress } from '../../src/ip/index.ts';
import { icmpv6Frame, udpFrame } from '../../src/packet/index.ts';
import { type Cloud, createNetwork, createPort, openCloud, patience } from './cloud.ts';

const open = { port_security_enabled: false, security_groups: [] };
const prefix = '2001:db8:e::/64';

describe('what passes between guests on two hosts', () => {
  let cloud: Cloud;

  before(async () => {
    cloud = await openCloud();
  });

  after(() => cloud?.close());

  const plugTwo = async (network: Network, [one, other]: readonly [object, object]) => {
    const ports = [await createPort(cloud.api, network, one), await createPort(cloud.api, network, other)] as const;
    const [a, b] = ports;
    return { ports, guests: await Promise.all([cloud.plug(a, 'h1'), cloud.plug(b, 'h2')]) };
  };

  test('packets above the MTU do, between link-local addresses too', async () => {
    const { network } = await createNetwork(cloud.api, { name: 'blue', cidr: '2001:db8:b::/64' });
    const group = unwrap(await cloud.api.securityGroups.create({ name: 'all' }));
    const rule = { security_group_id: group.id, direction: 'ingress', ethertype: 'IPv6' } as const;
    unwrap(await cloud.api.securityGroupRules.create(rule));
    const { ports, guests } = await plugTwo(network, [
      { security_groups: [group.id] },
      { security_groups: [group.id] },
    ]);
    const [a, b] = guests;
    await Promise.all(guests.map((guest) => guest.waitForAddress()));
    const linkLocal = linkLocalOf(ports[1]);
    assert.equal(await a.reaches(`${linkLocal}%eth0`, { withinMilliseconds: patience }), true);
    const pinged = await a.ping(`${linkLocal}%eth0`, { count: 3, size: 4_000, intervalSeconds: 0.2 });
    assert.equal(pinged.received, 3, pinged.text);
    const server = b.spawn(['python3', '-c', receive]);
    await server.waitForOutput(/ready/);
    await a.run(['python3', '-c', send, `${linkLocal}%eth0`]);
    await server.waitForOutput(/octets 4000/);
    await server.stop();
  });

  test('a router behind an open port advertises to another one, and serves both DHCPs, where the network has none', async () => {
    const network = unwrap(await cloud.api.networks.create({ name: 'appliance' }));
    const { ports, guests } = await plugTwo(network, [open, open]);
    const [router, client] = guests;
    assert.equal(await router.reaches(`${linkLocalOf(ports[1])}%eth0`, { withinMilliseconds: patience }), true);
    const capture = await client.capture();
    await router.run(['ip', 'address', 'add', '2001:db8:e::1/64', 'dev', 'eth0', 'nodad']);
    await router.inject([advertisement(ports[0]), ...dhcpAnswers(ports)]);
    const { address } = await client.waitForAddress({ withinMilliseconds: patience });
    assert.match(address, /^2001:db8:e:/);
    const seen = (port: number) =>
      capture.waitFor(`a DHCP answer to port ${port}`, (frame) => parseFrame(frame)?.udp?.destinationPort === port);
    await Promise.all([seen(546), seen(68)]);
    assert.equal(await client.reaches('2001:db8:e::1', { withinMilliseconds: patience }), true);
    const routes = await client.routes(6);
    assert.deepEqual(
      routes.filter(({ destination }) => destination === 'default').map(({ gateway }) => gateway),
      [linkLocalOf(ports[0])],
    );
    const asked = await router.capture();
    await client.run(['rdisc6', '-1', '-q', '-r', '1', '-w', '500', 'eth0']);
    await asked.waitFor(
      'the router solicitation',
      (frame) => parseFrame(frame)?.icmpv6?.kind === 'router-solicitation',
    );
    await Promise.all([capture.stop(), asked.stop()]);
  });

  test('an open port’s advertisements and DHCP answers reach nobody where the network has ours', async () => {
    const { network } = await createNetwork(cloud.api, {
      name: 'ours',
      cidr: '2001:db8:a::/64',
      mode: 'dhcpv6-stateful',
    });
    unwrap(await cloud.api.subnets.create({ network_id: network.id, ip_version: 4, cidr: '192.0.2.0/24' }));
    const { ports, guests } = await plugTwo(network, [open, open]);
    const [router, client] = guests;
    assert.equal(await router.reaches(`${linkLocalOf(ports[1])}%eth0`, { withinMilliseconds: patience }), true);
    const capture = await client.capture();
    await router.inject([advertisement(ports[0]), ...dhcpAnswers(ports)]);
    assert.equal(await router.reaches(`${linkLocalOf(ports[1])}%eth0`, { withinMilliseconds: patience }), true);
    const frames = (await capture.stop()).map(parseFrame);
    const fromRouter = frames.filter((frame) => frame?.ethernet.source === ports[0].mac_address);
    assert.equal(fromRouter.filter((frame) => frame?.icmpv6?.kind === 'router-advertisement').length, 0);
    assert.equal(fromRouter.filter((frame) => [546, 68].includes(frame?.udp?.destinationPort ?? 0)).length, 0);
  });
});

/** Says when it listens, and then what it gets. */
const receive = `
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(('::', 5000)); print('ready', flush=True)
print('octets', len(s.recv(65535)), flush=True)`;

const send = `
import socket, sys
to = socket.getaddrinfo(sys.argv[1], 5000, socket.AF_INET6, socket.SOCK_DGRAM)[0][4]
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x' * 4000, to)`;

function linkLocalOf({ mac_address }: Port): string {
  return formatAddress(linkLocalStation(mac_address).address);
}

/** What makes hosts use the sender as their router, and take addresses of its prefix. */
function advertisement(from: Port): Uint8Array {
  const { mac, address } = linkLocalStation(from.mac_address);
  const lifetimes = { validLifetimeSeconds: 3_600, preferredLifetimeSeconds: 3_600 };
  const everybody = anAddress('ff02::1');
  return icmpv6Frame(
    {
      kind: 'router-advertisement',
      hopLimit: 64,
      managed: false,
      otherConfiguration: false,
      preference: 'medium',
      routerLifetimeSeconds: 1_800,
      reachableTimeMilliseconds: 0,
      retransmitTimerMilliseconds: 0,
      options: [{ kind: 'prefix-information', prefix: aPrefix(prefix), onLink: true, autonomous: true, ...lifetimes }],
    },
    { source: address, destination: everybody, sourceMac: mac, destinationMac: groupMac(everybody) },
  );
}

/** Datagrams from the ports of DHCP servers to those of clients; what they hold is nothing to a switch. */
function dhcpAnswers([server, client]: readonly [Port, Port]): readonly Uint8Array[] {
  const [from, to] = [linkLocalStation(server.mac_address), linkLocalStation(client.mac_address)];
  const macs = { sourceMac: from.mac, destinationMac: to.mac };
  const payload = new Uint8Array(64);
  return [
    udpFrame(
      { sourcePort: 547, destinationPort: 546, payload },
      { ...macs, source: from.address, destination: to.address },
    ),
    udpFrame(
      { sourcePort: 67, destinationPort: 68, payload },
      { ...macs, source: anAddress('192.0.2.1'), destination: anAddress('192.0.2.99') },
    ),
  ];
}
