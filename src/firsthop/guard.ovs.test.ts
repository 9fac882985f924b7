import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Mac } from '../ip/index.ts';
import {
  type ExtensionHeader,
  encodeArp,
  encodeDhcpv6,
  encodeEthernet,
  encodeIpv6,
  etherTypes,
  type FragmentPiece,
  fragmentIpv6,
  type Icmpv6Message,
  udpFrame,
} from '../packet/index.ts';
import { responder } from './bindings.ts';
import {
  allNodes,
  type Envelope,
  fixedAddress,
  frameOf,
  guestLinkLocal,
  guestMac,
  icmpFrame,
  packet,
  rogueAdvertisement,
} from './testing/frames.ts';
import { aMac, anAddress, anIpv4SubnetIntent, aPortIntent, aPrefix, aSubnetIntent, aUuid } from './testing/intents.ts';
import { type Fate, type TracedBridge, tracedBridge } from './testing/traced-bridge.ts';

const [guest, patch] = [1, 2];
const [trusted, trustedPatch] = [3, 4];
const [unsecured, unsecuredPatch] = [5, 6];
const [disabled, disabledPatch] = [7, 8];
const otherMac = aMac('fa:16:3e:00:00:02');

const stateful = aSubnetIntent({
  id: aUuid(201),
  prefix: aPrefix('2001:db8:0:2::/64'),
  addressMode: 'dhcpv6-stateful',
  raMode: 'dhcpv6-stateful',
});

let bridge: TracedBridge;

before(async () => {
  bridge = await tracedBridge();
  const intent = aPortIntent({
    fixedAddresses: [
      { subnetId: aUuid(200), address: fixedAddress },
      { subnetId: aUuid(204), address: anAddress('192.0.2.5') },
    ],
    subnets: [aSubnetIntent(), stateful, anIpv4SubnetIntent()],
  });
  await bridge.wire(intent, guest, patch);
  // On a network of its own, as an address of a network is one port's.
  await bridge.wire({ ...intent, networkId: aUuid(101), routerTrusted: true }, trusted, trustedPatch);
  await bridge.wire({ ...intent, portSecurityEnabled: false }, unsecured, unsecuredPatch);
  await bridge.wire({ ...intent, adminStateUp: false }, disabled, disabledPatch);
});

after(() => bridge.stop());

const options = (bytes: number): ExtensionHeader => ({ kind: 'destination-options', body: new Uint8Array(bytes) });
const hopByHop: ExtensionHeader = { kind: 'hop-by-hop', body: new Uint8Array(6) };
const routing: ExtensionHeader = { kind: 'routing', body: new Uint8Array(6) };
const atomic: ExtensionHeader = { kind: 'fragment', offsetBytes: 0, moreFragments: false, identification: 1 };

const chains: Record<string, readonly ExtensionHeader[]> = {
  'no extension header': [],
  'hop-by-hop options': [hopByHop],
  'destination options': [options(6)],
  'a kilobyte of destination options': [options(1006)],
  'a routing header': [routing],
  'a fragment header alone': [atomic],
  'everything at once': [hopByHop, options(6), routing, atomic, options(14)],
  'thirty destination options headers': new Array<ExtensionHeader>(30).fill(options(6)),
};

for (const [name, extensionHeaders] of Object.entries(chains)) {
  test(`drops RA, Redirect and MLD queries behind ${name}`, async () => {
    const rogue: Icmpv6Message[] = [
      rogueAdvertisement,
      { kind: 'redirect', target: guestLinkLocal, destination: fixedAddress, options: [] },
      { kind: 'mld-query', maximumResponseDelayMilliseconds: 100, group: anAddress('::') },
    ];
    for (const envelope of [{}, { source: fixedAddress }, { destination: anAddress('fe80::99') }]) {
      const fates = await each(rogue, (message) => icmpFrame(message, { ...envelope, extensionHeaders }));
      assert.deepEqual(fates, ['rogue-ra', 'rogue-redirect', 'rogue-mld-query']);
    }
  });
}

const cuts: Record<string, readonly FragmentPiece[]> = {
  'in order': [
    { offsetBytes: 0, lengthBytes: 16 },
    { offsetBytes: 16, lengthBytes: 64 },
  ],
  'the last one first': [
    { offsetBytes: 16, lengthBytes: 64 },
    { offsetBytes: 0, lengthBytes: 16 },
  ],
  overlapping: [
    { offsetBytes: 0, lengthBytes: 16 },
    { offsetBytes: 8, lengthBytes: 64 },
  ],
  'too tiny for the ICMPv6 header': [
    { offsetBytes: 0, lengthBytes: 8 },
    { offsetBytes: 8, lengthBytes: 64 },
  ],
  empty: [{ offsetBytes: 0, lengthBytes: 0, moreFragments: true }],
};

for (const [name, pieces] of Object.entries(cuts)) {
  for (const [chain, extensionHeaders] of Object.entries({ 'no header': [], 'destination options': [options(6)] })) {
    test(`drops what fragments of an RA could be put together with: ${name}, ${chain} inside`, async () => {
      const fragments = fragmentIpv6(packet(rogueAdvertisement, { extensionHeaders }), { identification: 7, pieces });
      const laterAt = (port: number) => (pieces.some((piece) => piece.offsetBytes > 0) ? [port] : []);
      assert.deepEqual(await fatesOf(guest, fragments), { firstAt: [], laterAt: laterAt(patch) });
      assert.deepEqual(await fatesOf(patch, fragments), { firstAt: [], laterAt: laterAt(guest) });
    });

    test(`drops the first fragment of ND with a global source: ${name}, ${chain} inside`, async () => {
      const nd: Icmpv6Message = {
        kind: 'neighbor-advertisement',
        router: false,
        solicited: false,
        override: true,
        target: fixedAddress,
        options: [{ kind: 'target-link-layer-address', mac: guestMac }],
      };
      const whole = packet(nd, { extensionHeaders, source: fixedAddress });
      const first = fragmentIpv6(whole, {
        identification: 7,
        pieces: pieces.filter((piece) => piece.offsetBytes === 0),
      });
      for (const fate of await each(first, (piece) => frameOf(piece))) {
        assert.match(String(fate), /^(fragmented-nd|incomplete-header-chain)$/);
      }
    });
  }
}

test('drops first fragments of whatever is guarded, in fragments of fragments too', async () => {
  const query: Icmpv6Message = {
    kind: 'mld-query',
    maximumResponseDelayMilliseconds: 100,
    group: anAddress('::'),
  };
  const solicitation: Icmpv6Message = { kind: 'neighbor-solicitation', target: fixedAddress, options: [] };
  const pieces = [
    { offsetBytes: 0, lengthBytes: 16 },
    { offsetBytes: 16, lengthBytes: 64 },
  ];
  const inner: ExtensionHeader = { kind: 'fragment', offsetBytes: 0, moreFragments: true, identification: 9 };
  for (const extensionHeaders of [[], [inner], [options(6), inner, options(6)]])
    for (const message of [query, solicitation, rogueAdvertisement]) {
      const fragments = fragmentIpv6(packet(message, { extensionHeaders }), { identification: 7, pieces });
      assert.deepEqual((await fatesOf(guest, fragments)).firstAt, []);
    }
});

test('lets honest fragments pass in both directions: a long echo request, from a link-local address too', async () => {
  const pieces = [
    { offsetBytes: 0, lengthBytes: 104 },
    { offsetBytes: 104, lengthBytes: 104 },
  ];
  const echo: Icmpv6Message = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(200) };
  for (const source of [fixedAddress, guestLinkLocal]) {
    const fragments = fragmentIpv6(packet(echo, { source }), { identification: 7, pieces });
    assert.deepEqual(await each(fragments, (piece) => frameOf(piece)), [patch, patch]);
  }
  const theirs = fragmentIpv6(packet(echo, { source: anAddress('fe80::99') }), { identification: 7, pieces });
  assert.deepEqual(await fatesOf(patch, theirs), { firstAt: [guest], laterAt: [guest] });
});

test('drops DHCP answers from guests, whatever port they come from', async () => {
  const payload = encodeDhcpv6({ type: 'reply', transactionId: 1, options: [] });
  const six = {
    sourceMac: guestMac,
    destinationMac: otherMac,
    source: guestLinkLocal,
    destination: anAddress('fe80::2'),
  };
  const four = { ...six, source: anAddress('192.0.2.5'), destination: anAddress('255.255.255.255') };
  assert.equal(
    await bridge.send(guest, udpFrame({ sourcePort: 547, destinationPort: 546, payload }, six)),
    'rogue-dhcpv6-server',
  );
  assert.equal(
    await bridge.send(guest, udpFrame({ sourcePort: 9, destinationPort: 546, payload }, six)),
    'rogue-dhcpv6-server',
  );
  assert.equal(
    await bridge.send(guest, udpFrame({ sourcePort: 67, destinationPort: 68, payload }, four)),
    'rogue-dhcpv4-server',
  );
});

test('hands solicitations and DHCP requests to the agent, from a port without port security too', async () => {
  const payload = new Uint8Array(8);
  const six = {
    sourceMac: guestMac,
    destinationMac: otherMac,
    source: guestLinkLocal,
    destination: anAddress('ff02::1:2'),
  };
  const four = { ...six, source: anAddress('0.0.0.0'), destination: anAddress('255.255.255.255') };
  const frames = [
    icmpFrame({ kind: 'router-solicitation', options: [] }),
    icmpFrame({ kind: 'router-solicitation', options: [] }, { source: anAddress('::') }),
    udpFrame({ sourcePort: 546, destinationPort: 547, payload }, six),
    udpFrame({ sourcePort: 68, destinationPort: 67, payload }, four),
  ];
  for (const port of [guest, unsecured, trusted]) {
    for (const frame of frames) assert.equal(await bridge.send(port, frame), 'to-agent');
  }
});

test('drops foreign MACs, VLAN tags and unknown EtherTypes', async () => {
  const inner = encodeIpv6(packet(rogueAdvertisement));
  const frame = (etherType: number, payload: Uint8Array, source: Mac = guestMac) =>
    encodeEthernet({ source, destination: aMac('33:33:00:00:00:01'), etherType, payload });
  const tagged = Uint8Array.of(0, 0, 0x86, 0xdd, ...inner);
  assert.equal(await bridge.send(guest, frame(etherTypes.ipv6, inner, otherMac)), 'wrong-source-mac');
  assert.equal(await bridge.send(guest, frame(etherTypes.vlan, tagged)), 'vlan-tagged');
  assert.equal(await bridge.send(unsecured, frame(etherTypes.vlan, tagged)), unsecuredPatch, 'OVN drops it');
  const twice = Uint8Array.of(0, 0, 0x81, 0, ...tagged);
  assert.equal(await bridge.send(unsecured, frame(etherTypes.vlan, twice)), 'stacked-vlan-tags');
  assert.equal(await bridge.send(guest, frame(0x88cc, new Uint8Array(46))), 'unknown-ethertype');
});

test('checks IPv4 and ARP against the pinned addresses', async () => {
  const datagram = { sourcePort: 1, destinationPort: 2, payload: new Uint8Array(1) };
  const four = (source: string) =>
    udpFrame(datagram, {
      sourceMac: guestMac,
      destinationMac: otherMac,
      source: anAddress(source),
      destination: anAddress('192.0.2.9'),
    });
  const arp = (senderAddress: string, senderMac: Mac = guestMac, targetAddress = '192.0.2.9') =>
    encodeEthernet({
      source: guestMac,
      destination: aMac('ff:ff:ff:ff:ff:ff'),
      etherType: etherTypes.arp,
      payload: encodeArp({
        kind: 'request',
        senderMac,
        senderAddress: anAddress(senderAddress),
        targetMac: aMac('00:00:00:00:00:00'),
        targetAddress: anAddress(targetAddress),
      }),
    });
  assert.deepEqual(await each(['192.0.2.5', '192.0.2.6'], four), [patch, 'wrong-source-ipv4']);
  assert.deepEqual(await each(['192.0.2.5', '192.0.2.6', '0.0.0.0'], (from) => arp(from)), [
    patch,
    'wrong-arp',
    'wrong-arp',
  ]);
  assert.equal(await bridge.send(guest, arp('192.0.2.5', otherMac)), 'wrong-arp');
  assert.equal(await bridge.send(guest, arp('0.0.0.0', guestMac, '192.0.2.5')), patch);
});

test('answers ARP for the DHCPv4 server where DHCPv4 is ours, and for nothing else', async () => {
  const ask = (targetAddress: string) =>
    encodeEthernet({
      source: guestMac,
      destination: aMac('ff:ff:ff:ff:ff:ff'),
      etherType: etherTypes.arp,
      payload: encodeArp({
        kind: 'request',
        senderMac: guestMac,
        senderAddress: anAddress('192.0.2.5'),
        targetMac: aMac('00:00:00:00:00:00'),
        targetAddress: anAddress(targetAddress),
      }),
    });
  const trace = await bridge.trace(guest, ask('169.254.169.254'));
  assert.match(trace, /^ *-> output port is IN_PORT$|^ *IN_PORT$/m);
  assert.match(
    trace,
    new RegExp(`arp_spa=169.254.169.254,arp_tpa=192.0.2.5,arp_op=2,arp_sha=${responder.mac},arp_tha=${guestMac}`),
  );
  assert.equal(await bridge.send(guest, ask('169.254.169.253')), patch);
});

test('trusts a router to advertise, as far as its addresses go', async () => {
  assert.equal(await bridge.send(trusted, icmpFrame(rogueAdvertisement)), trustedPatch);
  assert.equal(
    await bridge.send(trusted, icmpFrame(rogueAdvertisement, { source: anAddress('fe80::bad') })),
    'wrong-source-ipv6',
  );
});

const dhcpv6Payload = encodeDhcpv6({ type: 'reply', transactionId: 1, options: [] });

/** What a router and a DHCP server say and are asked. */
function applianceFrames(from: Envelope) {
  const { source = guestLinkLocal, sourceMac = guestMac, destinationMac = otherMac } = from;
  const udp = (sourcePort: number, destinationPort: number, destination: string, version4?: string) =>
    udpFrame(
      { sourcePort, destinationPort, payload: dhcpv6Payload },
      {
        sourceMac,
        destinationMac,
        source: version4 ? anAddress(version4) : source,
        destination: anAddress(destination),
      },
    );
  return {
    said: [
      icmpFrame(rogueAdvertisement, from),
      icmpFrame({ kind: 'redirect', target: guestLinkLocal, destination: fixedAddress, options: [] }, from),
      udp(547, 546, 'fe80::2'),
      udp(67, 68, '255.255.255.255', '192.0.2.5'),
    ],
    asked: [
      icmpFrame({ kind: 'router-solicitation', options: [] }, from),
      udp(546, 547, 'ff02::1:2'),
      udp(68, 67, '255.255.255.255', '0.0.0.0'),
    ],
  };
}

test('guards nothing of what a port without port security sends, but stacked tags', async () => {
  const spoofed: Envelope = { source: anAddress('2001:db8:dead::1'), sourceMac: otherMac };
  const echo = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(0) } as const;
  const { said } = applianceFrames(spoofed);
  for (const frame of [...said, icmpFrame(echo, spoofed)])
    assert.equal(await bridge.send(unsecured, frame), unsecuredPatch);
});

test('delivers what a router or a DHCP server behind an open port says, where the network has none of us', async () => {
  const [client, clientPatch] = [9, 10];
  const { raMode: _raMode, ...unadvertised } = aSubnetIntent();
  const intent = aPortIntent({ networkId: aUuid(102), subnets: [unadvertised], routers: [] });
  await bridge.wire(intent, client, clientPatch);
  const fromServer = applianceFrames({ source: anAddress('fe80::1'), sourceMac: otherMac });
  for (const frame of fromServer.said) assert.equal(await bridge.send(clientPatch, frame), client);
  const fromClient = applianceFrames({});
  for (const frame of fromClient.asked) assert.equal(await bridge.send(client, frame), clientPatch);
  for (const frame of fromClient.said) assert.match(String(await bridge.send(client, frame)), /^rogue-/);
});

test('delivers from the network no advertisements, redirects and DHCP answers but ours, where we serve it', async () => {
  const [client, clientPatch] = [11, 12];
  const intent = aPortIntent({ networkId: aUuid(103), subnets: [stateful, anIpv4SubnetIntent()] });
  await bridge.wire(intent, client, clientPatch);
  const router: Envelope = { source: anAddress('fe80::1'), sourceMac: otherMac, destination: allNodes };
  const echo = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(0) } as const;
  const fates: Fate[] = [];
  for (const frame of [icmpFrame(echo, router), ...applianceFrames(router).said])
    fates.push(await bridge.send(clientPatch, frame));
  const dropped = ['ra', 'redirect', 'dhcpv6-server', 'dhcpv4-server'].map((what) => `${what}-from-network`);
  assert.deepEqual(fates, [client, ...dropped]);
});

test('takes one datapath flow for all peers of a guest, in each direction', async () => {
  const echo = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(0) } as const;
  const before = await bridge.countDatapathFlows();
  for (let peer = 1; peer <= 5; peer++) {
    const address = anAddress(`2001:db8:9::${peer}`);
    const addressed = { destination: fixedAddress, sourceMac: otherMac, destinationMac: guestMac };
    await bridge.inject(patch, icmpFrame(echo, { source: address, ...addressed }));
    await bridge.inject(guest, icmpFrame(echo, { source: fixedAddress, destination: address }));
  }
  assert.equal(await bridge.countDatapathFlows(), before + 2);
});

test('lets nothing through a port that is down, or that is none of ours', async () => {
  const echo = icmpFrame({ kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(0) });
  assert.deepEqual(await Promise.all([disabled, disabledPatch].map((port) => bridge.send(port, echo))), [
    'admin-down',
    'admin-down',
  ]);
  assert.equal(await bridge.send(65000, echo), 'unknown-port');
});

/** Where first fragments, which a receiver needs to make anything of a packet, and later ones come out, each port once. */
async function fatesOf(port: number, fragments: ReturnType<typeof fragmentIpv6>) {
  const outputs = { firstAt: new Set<Fate>(), laterAt: new Set<Fate>() };
  for (const fragment of fragments) {
    const fate = await bridge.send(port, frameOf(fragment));
    if (typeof fate !== 'number') continue;
    const isFirst = fragment.extensionHeaders?.some((one) => one.kind === 'fragment' && one.offsetBytes === 0);
    outputs[isFirst ? 'firstAt' : 'laterAt'].add(fate);
  }
  return { firstAt: [...outputs.firstAt], laterAt: [...outputs.laterAt] };
}

/** Sends one after the other, for learning depends on the order. */
async function each<T>(items: readonly T[], toFrame: (item: T) => Uint8Array): Promise<readonly Fate[]> {
  const fates: Fate[] = [];
  for (const item of items) fates.push(await bridge.send(guest, toFrame(item)));
  return fates;
}
