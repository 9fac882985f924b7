import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, type Mac, parseAddress, parseMac, parsePrefix } from '../ip/index.ts';
import {
  decodeIpv6,
  duidLinkLayer,
  encodeDhcpv6,
  encodeIcmpv6,
  encodeIpv6,
  fragmentIpv6,
  icmpv6Frame,
  icmpv6Packet,
  internetChecksum,
  multicastMac,
} from './index.ts';

const mac = parseMac('fa:16:3e:00:00:01') as Mac;
const ends = { source: an('fe80::1'), destination: an('ff02::1') };

test('writes a router advertisement octet by octet as RFC 4861 §4.2, RFC 4191 and RFC 8106 draw it', () => {
  const prefix = parsePrefix('2001:db8:0:1::/64') ?? assert.fail();
  const bytes = encodeIcmpv6(
    {
      kind: 'router-advertisement',
      hopLimit: 64,
      managed: false,
      otherConfiguration: true,
      preference: 'high',
      routerLifetimeSeconds: 1800,
      reachableTimeMilliseconds: 0,
      retransmitTimerMilliseconds: 0,
      options: [
        { kind: 'source-link-layer-address', mac },
        { kind: 'mtu', mtuBytes: 1442 },
        {
          kind: 'prefix-information',
          prefix,
          onLink: true,
          autonomous: true,
          validLifetimeSeconds: 86400,
          preferredLifetimeSeconds: 14400,
        },
        { kind: 'rdnss', lifetimeSeconds: 1800, servers: [an('2001:db8::53')] },
        { kind: 'dnssl', lifetimeSeconds: 1800, domains: ['example.org'] },
      ],
    },
    ends,
  );
  assert.equal(
    hex(bytes.with(2, 0).with(3, 0)),
    [
      '86000000 40480708 00000000 00000000',
      '0101fa163e000001',
      '05010000000005a2',
      '030440c0 00015180 00003840 00000000 20010db8000000010000000000000000',
      '19030000 00000708 20010db8000000000000000000000053',
      '1f030000 00000708 076578616d706c65036f726700 000000',
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('sums as the example of RFC 1071 §3 does', () => {
  assert.equal(internetChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)), 0xffff - 0xddf2);
});

test('writes a DHCPv6 solicit as RFC 8415 §8 and §21 draw it', () => {
  const bytes = encodeDhcpv6({
    type: 'solicit',
    transactionId: 0x123456,
    options: [
      { kind: 'client-id', duid: duidLinkLayer(mac) },
      { kind: 'ia-na', iaid: 7, t1Seconds: 0, t2Seconds: 0, options: [] },
      { kind: 'option-request', codes: [23, 24] },
      { kind: 'rapid-commit' },
    ],
  });
  assert.equal(
    hex(bytes),
    '01123456' + '0001000a00030001fa163e000001' + '0003000c000000070000000000000000' + '0006000400170018' + '000e0000',
  );
});

test('writes extension headers in the order given, padded with PadN', () => {
  const packet = { ...ends, hopLimit: 255, protocol: 58, payload: Uint8Array.of(1, 2) };
  const bytes = encodeIpv6({
    ...packet,
    extensionHeaders: [
      { kind: 'hop-by-hop', body: Uint8Array.of(5, 2, 0, 0) },
      { kind: 'destination-options', body: new Uint8Array(0) },
      { kind: 'fragment', offsetBytes: 8, moreFragments: true, identification: 0xabcd },
    ],
  });
  assert.equal(hex(bytes.subarray(4, 8)), '001a00ff');
  assert.equal(hex(bytes.subarray(40)), '3c00050200000100' + '2c00010400000000' + '3a0000090000abcd' + '0102');
});

test('cuts a packet into pieces in any order, overlapping if asked to', () => {
  const message = { kind: 'echo-request', identifier: 1, sequence: 2, data: new Uint8Array(24).fill(7) } as const;
  const whole = icmpv6Packet(message, ends);
  const [last, first, over] = fragmentIpv6(whole, {
    identification: 9,
    pieces: [
      { offsetBytes: 16, lengthBytes: 16 },
      { offsetBytes: 0, lengthBytes: 16 },
      { offsetBytes: 8, lengthBytes: 8, moreFragments: true },
    ],
  });
  assert.deepEqual(last?.payload, whole.payload.slice(16, 32));
  assert.deepEqual(last?.extensionHeaders, [
    { kind: 'fragment', offsetBytes: 16, moreFragments: false, identification: 9 },
  ]);
  assert.deepEqual(first?.payload, whole.payload.slice(0, 16));
  assert.deepEqual(over?.payload, whole.payload.slice(8, 16));
  assert.ok(first && decodeIpv6(encodeIpv6(first)).ok);
});

test('hides the upper layer of a first fragment behind an extension header, as RFC 7113 §2.2 describes', () => {
  const hidden = icmpv6Packet({ kind: 'router-solicitation', options: [] }, ends, {
    extensionHeaders: [{ kind: 'destination-options', body: new Uint8Array(14) }],
  });
  const [first] = fragmentIpv6(hidden, {
    identification: 1,
    pieces: [
      { offsetBytes: 0, lengthBytes: 8 },
      { offsetBytes: 8, lengthBytes: 16 },
    ],
  });
  assert.equal(first?.protocol, 60);
  assert.equal(first?.payload[0], 58);
});

test('maps a group to its MAC (RFC 2464 §7)', () => {
  assert.equal(multicastMac(an('ff02::1:ff12:3456')), '33:33:ff:12:34:56');
  assert.equal(multicastMac(an('fe80::1')), undefined);
  const frame = icmpv6Frame(
    { kind: 'router-solicitation', options: [] },
    { ...ends, sourceMac: mac, destinationMac: mac },
  );
  assert.equal(frame.length, 14 + 40 + 8);
});

function an(text: string): Address {
  return parseAddress(text) ?? assert.fail(text);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
