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
import { aMac, anAddress, anIpv4SubnetIntent, aPortIntent, aSubnetIntent, aUuid } from './testing/intents.ts';
import { type Fate, type TracedBridge, tracedBridge } from './testing/traced-bridge.ts';

const [guest, patch] = [1, 2];
const [trusted, trustedPatch] = [3, 4];
const [unsecured, unsecuredPatch] = [5, 6];
const [disabled, disabledPatch] = [7, 8];
const otherMac = aMac('fa:16:3e:00:00:02');

let bridge: TracedBridge;

before(async () => {
  bridge = await tracedBridge();
  const intent = aPortIntent({
    fixedAddresses: [
      { subnetId: aUuid(200), address: fixedAddress },
      { subnetId: aUuid(204), address: anAddress('192.0.2.5') },
    ],
    subnets: [aSubnetIntent(), anIpv4SubnetIntent()],
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
    test(`drops every fragment of an RA with a link-local source: ${name}, ${chain} inside`, async () => {
      const whole = packet(rogueAdvertisement, { extensionHeaders });
      const fates = await each(fragmentIpv6(whole, { identification: 7, pieces }), (piece) => frameOf(piece));
      for (const fate of fates) assert.match(String(fate), /^(fragmented-link-local|incomplete-header-chain)$/);
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

test('lets honest fragments pass: a long echo request and a long datagram', async () => {
  const echo = packet(
    { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(200) },
    { source: fixedAddress },
  );
  const pieces = [
    { offsetBytes: 0, lengthBytes: 104 },
    { offsetBytes: 104, lengthBytes: 104 },
  ];
  assert.deepEqual(await each(fragmentIpv6(echo, { identification: 7, pieces }), (piece) => frameOf(piece)), [
    patch,
    patch,
  ]);
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
  assert.equal(await bridge.send(unsecured, frame(etherTypes.vlan, tagged)), 'rogue-ra');
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

test('trusts a router to advertise, as far as its addresses go', async () => {
  assert.equal(await bridge.send(trusted, icmpFrame(rogueAdvertisement)), trustedPatch);
  assert.equal(
    await bridge.send(trusted, icmpFrame(rogueAdvertisement, { source: anAddress('fe80::bad') })),
    'wrong-source-ipv6',
  );
});

test('guards a port without port security against advertising, and nothing else', async () => {
  const spoofed: Envelope = { source: anAddress('2001:db8:dead::1'), sourceMac: otherMac };
  assert.equal(await bridge.send(unsecured, icmpFrame(rogueAdvertisement, spoofed)), 'rogue-ra');
  const echo = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(0) } as const;
  assert.equal(await bridge.send(unsecured, icmpFrame(echo, spoofed)), unsecuredPatch);
});

test('delivers from the network all but advertisements, redirects and DHCP answers', async () => {
  const router: Envelope = { source: anAddress('fe80::1'), sourceMac: otherMac, destination: allNodes };
  const echo = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(0) } as const;
  const redirect = { kind: 'redirect', target: guestLinkLocal, destination: fixedAddress, options: [] } as const;
  assert.deepEqual(
    await Promise.all(
      [echo, rogueAdvertisement, redirect].map((message) => bridge.send(patch, icmpFrame(message, router))),
    ),
    [guest, 'ra-from-network', 'redirect-from-network'],
  );
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

/** Sends one after the other, for learning depends on the order. */
async function each<T>(items: readonly T[], toFrame: (item: T) => Uint8Array): Promise<readonly Fate[]> {
  const fates: Fate[] = [];
  for (const item of items) fates.push(await bridge.send(guest, toFrame(item)));
  return fates;
}
